"""What clean text is in a lead file, for reading and for writing alike."""

import re

# Everything XML 1.0 cannot carry, and the C1 controls nobody types.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_C1 = re.compile("[\x80-\x9f]")
_ACCENTED = re.compile("[\xc0-\xff]")


def without_controls(text: str) -> str:
    """The text without characters that XML forbids.

    C1 controls beside accented letters are what is left of UTF-8 read as Latin-1: each becomes a replacement
    character, so that whoever checks for wrong encodings still sees it.
    """
    if _C1.search(text) and _ACCENTED.search(text):
        text = _C1.sub("\ufffd", text)
    return _FORBIDDEN.sub("", text)


def clean_line(text: str | None) -> str | None:
    """One line: runs of white space become one blank; nothing left is None."""
    return " ".join(without_controls(text or "").split()) or None


def clean_block(text: str | None) -> str | None:
    """Several lines, each clean, without blank ones at the edges; nothing left is None."""
    lines = (" ".join(line.split()) for line in without_controls(text or "").splitlines())
    return "\n".join(lines).strip() or None


def clean_word(text: str | None) -> str | None:
    """A word of an enumeration: one line, lower case."""
    line = clean_line(text)
    return line.lower() if line else None
