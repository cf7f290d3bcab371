"""Received documents, as far as row-level security lets the actor see them; bodies are read one at a time."""

from __future__ import annotations

from django.db.models import QuerySet

from vinloop.kernel.charsets import decode_text
from vinloop.kernel.models import ReceivedDocument

_SHOWN_BYTES = 64 * 1024  # even, so that UTF-16 is not torn
_HEX_BYTES = 2 * 1024


def documents() -> QuerySet[ReceivedDocument]:
    """Documents without their bodies, newest first."""
    return ReceivedDocument.objects.defer("body").select_related("owner").order_by("-received_at", "-id")


def body_as_text(document: ReceivedDocument) -> str | None:
    """The beginning of the body as text; ``None`` when it is none.

    Decoded leniently, control characters made visible. The caller escapes it: it is hostile input.
    """
    body = bytes(document.body)[:_SHOWN_BYTES]
    decoded = decode_text(_whole_characters(body) if len(body) == _SHOWN_BYTES else body)
    if decoded is None:
        return None
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in decoded.text.replace("\r\n", "\n"))


def _whole_characters(body: bytes) -> bytes:
    """Without the bytes of a character which the cut tore apart, when the text is UTF-8."""
    for torn in range(1, 4):
        if body[-torn] & 0xC0 == 0xC0:
            return body[:-torn]
        if body[-torn] & 0x80 == 0:
            break
    return body


def body_as_hex(document: ReceivedDocument) -> str:
    """The first 2 KiB as bytes and characters, sixteen to a line."""
    body = bytes(document.body)[:_HEX_BYTES]
    return "\n".join(_hex_line(body[at : at + 16], at) for at in range(0, len(body), 16))


def _hex_line(piece: bytes, at: int) -> str:
    digits = " ".join(f"{byte:02x}" for byte in piece)
    characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
    return f"{at:06x}  {digits:<47}  {characters}"
