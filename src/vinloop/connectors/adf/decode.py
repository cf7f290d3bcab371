"""Bytes of a lead file to text."""

import re

from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.kernel.charsets import Decoded, decode_text

# The declaration may come after a processing instruction of its own, hence not only at the start.
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:\-]{1,40})[\"']", re.IGNORECASE)
_HEAD = 2048


def decode_adf(data: bytes, *, declared: str | None = None) -> Decoded:
    """Text of a lead file and the encoding it really had.

    ``declared`` is the charset of the transport (HTTP, e-mail part); the file's own declaration comes first.
    Raises AdfRefused("undecodable") when every reading would be mojibake or the text holds NUL characters.
    """
    found = _DECLARED.search(data[:_HEAD])
    label = found.group(1).decode("ascii", "replace") if found else declared
    decoded = decode_text(data, declared=label)
    if decoded is None or "\0" in decoded.text:
        raise AdfRefused("undecodable.declared", declared=label[:40]) if label else AdfRefused("undecodable")
    return decoded
