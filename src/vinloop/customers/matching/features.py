"""What the matcher sees of one record: comparable values, and the keys under which it meets others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

_KEY_BYTES = 8
_TAIL = 4
_PREFIX = 8


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """One record, comparable. Every value is normalised; None means that the source did not say.

    Identity numbers are keyed digests: ``id_digest`` of the whole number, ``id_ends`` of what a masked one shows,
    ``id_near`` of the number with each one character left out.
    """

    id: int
    is_org: bool = False
    name: str | None = None
    whole_name: str | None = None
    sound: str | None = None
    words: tuple[str, ...] | None = None
    is_han: bool = False
    is_bare: bool = False
    gender: str | None = None
    birth: str | None = None
    phones: tuple[str, ...] | None = None
    email: str | None = None
    id_digest: str | None = None
    id_ends: str | None = None
    id_near: tuple[str, ...] | None = None
    vin: str | None = None
    vin_tail: str | None = None
    plate: str | None = None
    county: str | None = None
    city: str | None = None
    street: str | None = None
    house: str | None = None
    estate: str | None = None
    door: str | None = None
    postcode: str | None = None

    @property
    def latin_street(self) -> str | None:
        """The street where letters can slip. Of Chinese streets two characters are half the name; and engines count
        them differently, some by the byte.
        """
        return self.street if self.street and self.street.isascii() else None

    @property
    def has_id(self) -> bool:
        """Whether an identity number, whole or masked, is known."""
        return self.id_digest is not None or self.id_ends is not None


def blocking_keys(record: Features) -> list[int]:
    """Signed 64-bit keys; records that share none are never compared.

    A key is one kind of evidence, or two weak kinds together. Keys that too many records carry are left out of a
    batch run, for they say nothing (``batch.MOST_AT_KEY``).
    """
    texts = dict.fromkeys(_strong_keys(record))
    texts.update(dict.fromkeys(_name_keys(record)))
    texts.update(dict.fromkeys(_place_keys(record)))
    return [_hashed(text) for text in texts]


def _strong_keys(record: Features) -> Iterator[str]:
    for phone in record.phones or ():
        yield f"p{phone}"
    for prefix, value in (("e", record.email), ("i", record.id_digest), ("j", record.id_ends)):
        if value:
            yield prefix + value
    for prefix, value in (("v", record.vin), ("l", record.plate)):
        if value:
            yield prefix + value


def _name_keys(record: Features) -> Iterator[str]:
    name = record.sound or (record.whole_name if record.is_org else None)
    if name:
        yield f"n{name}"
        yield from (f"n{name}|{place}" for place in (record.county, record.city, record.postcode) if place)
        for phone in record.phones or ():
            yield f"n{name}|{phone[-_TAIL:]}"
            yield f"n{name}|{phone[:_PREFIX]}"
    for word in _outer_words(record):
        if record.vin_tail:
            yield f"w{word}|{record.vin_tail}"
        if record.birth:
            yield f"w{word}|{record.birth}"
        if record.postcode:
            yield f"w{word}|{record.postcode}"


def _place_keys(record: Features) -> Iterator[str]:
    words = _outer_words(record)
    if record.door and record.county:
        yield from (f"d{word}|{record.door}|{record.county}" for word in words[:1])
        if not words:
            yield f"d|{record.door}|{record.county}"
    if record.house and record.postcode:
        yield f"h{record.house}|{record.postcode}"
    if record.birth and record.postcode:
        yield f"b{record.birth}|{record.postcode}"


def _outer_words(record: Features) -> tuple[str, ...]:
    """The surname first (Han), or the first and the last word (Latin): either may be the surname."""
    words = record.words or ()
    if not words:
        return ()
    return tuple(dict.fromkeys((words[0], words[-1])))


def _hashed(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
    return int.from_bytes(digest, signed=True)
