"""Reference numbers people read to each other over the phone: L-7K3QX9MD."""

import re
import secrets

from vinloop.kernel.identifiers.text import fold

# Crockford's base 32: no I, L, O, U, so nothing is misread and no word appears by accident.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_PREFIX = re.compile(r"[A-Z]{1,4}")
_REF = re.compile(rf"([A-Z]{{1,4}})[-\s]?([{_ALPHABET}]{{{_LENGTH}}})")
_SPOKEN = re.compile(r"([A-Z]{1,4})[-\s]([0-9A-Z]{8})")
_HAS_DIGIT = re.compile(r"[0-9]")
_HEARD_WRONG = str.maketrans("ILO", "110")


def new_ref(prefix: str) -> str:
    """A random reference, 40 bits after the prefix: nobody can guess one or infer volumes from two.

    The column must be unique; with ten million rows one new reference in 100,000 collides and is drawn again.
    Raises ValueError when the prefix is not one to four capital letters.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"a reference prefix is one to four capital letters, not {prefix!r}")
    body = ""
    while not _HAS_DIGIT.search(body):  # one reference in twenty has none, and would pass for a word
        drawn = secrets.token_bytes(_LENGTH)
        body = "".join([_ALPHABET[byte & 31] for byte in drawn])  # 32 letters: five bits of each byte, none favoured
    return f"{prefix}-{body}"


def parse_ref(text: str) -> str | None:
    """The reference as stored, forgiving case, a missing dash and O or I heard for 0 or 1.

    Text without a digit is no reference, lest WANG XIAOMING become one.
    """
    value = typed = fold(text).upper()
    spoken = _SPOKEN.fullmatch(value)
    if spoken:
        value = f"{spoken[1]}-{spoken[2].translate(_HEARD_WRONG)}"
    match = _REF.fullmatch(value)
    return f"{match[1]}-{match[2]}" if match and _HAS_DIGIT.search(typed) else None
