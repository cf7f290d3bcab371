"""Find lead files in an e-mail: as an XML part, an attachment, the whole body, or inside HTML."""

import re
from email import message_from_bytes, policy
from email.message import Message
from itertools import islice

from vinloop.connectors.adf.decode import decode_adf
from vinloop.connectors.adf.locate import holds_adf
from vinloop.connectors.adf.refusal import AdfRefused

MAX_MAIL_BYTES = 25 * 1024 * 1024
MAX_PARTS = 100

_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>", re.IGNORECASE)

# Where a lead is looked for first: an XML part, the plain body, the HTML body, bytes nobody can decode.
_XML, _PLAIN, _HTML, _UNREADABLE = range(4)


def extract_adf(raw_email: bytes, *, max_bytes: int = MAX_MAIL_BYTES) -> list[bytes]:
    """Every lead file in the message, as UTF-8 bytes ready for ``parse_adf``; [] when there is none.

    XML parts and attachments win over the plain body, and that over HTML, so one lead sent in three forms is
    one lead. An XML part that cannot be decoded is returned as it came when nothing better is there: parsing
    it gives the reason for quarantine. Never raises; a message above ``max_bytes`` gives [].
    """
    if len(raw_email) > max_bytes:
        return []
    found = [ranked for part in _parts(raw_email) if (ranked := _lead_of(part))]
    best = min((rank for rank, _ in found), default=None)
    return list(dict.fromkeys(lead for rank, lead in found if rank == best))


def _parts(raw_email: bytes) -> list[Message]:
    try:
        return list(islice(message_from_bytes(raw_email, policy=policy.default).walk(), MAX_PARTS))
    except Exception:  # Malformed mail makes the standard library raise a dozen kinds; all mean: unreadable.
        return []


def _lead_of(part: Message) -> tuple[int, bytes] | None:
    try:
        rank = _rank(part)
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except Exception:  # As above, but only this part is unreadable.
        return None
    if rank is None or not isinstance(payload, bytes) or not payload.strip():
        return None
    try:
        text = decode_adf(payload, declared=charset).text
    except AdfRefused:
        return (_UNREADABLE, payload) if rank == _XML else None
    if not holds_adf(text):
        return None
    # The declaration names the encoding the file had, which is no longer true.
    return rank, _DECLARATION.sub("", text).strip().encode("utf-8", "replace")


def _rank(part: Message) -> int | None:
    if part.is_multipart():
        return None
    name = (part.get_filename() or "").lower()
    kind = part.get_content_type()
    if name.endswith((".xml", ".adf")) or kind.endswith(("/xml", "+xml", "/adf", "/x-adf")):
        return _XML
    if kind == "text/html":
        return _HTML
    # A multipart message without its boundary is read by the library as one text.
    return _PLAIN if kind == "text/plain" or kind.startswith("multipart/") else None
