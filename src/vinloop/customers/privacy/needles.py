"""By what a person's traces are found in raw texts: their numbers and addresses, and then their names.

A name alone is never searched for: a thousand people are called 张伟.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.models import ContactPoint, Customer, SealedNumber, SourceRecord
from vinloop.kernel.sealing import CannotOpen, unseal

_SHORTEST = 7
_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Needles:
    """``sure`` texts mean the person wherever they stand; ``names`` only where a sure one stands too."""

    sure: tuple[str, ...]
    names: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Whether a text speaks of the person for sure."""
        return any(each in text for each in self.sure)

    def sure_bytes(self) -> list[bytes]:
        """The sure texts as they may stand in a document."""
        return list(
            dict.fromkeys(each.encode(code) for each in self.sure for code in ("utf-8", "utf-16-le", "utf-16-be"))
        )

    def blotted(self, body: bytes) -> bytes:
        """A document with everything of the person overwritten, of the same length."""
        for text in sorted((*self.sure, *self.names), key=len, reverse=True):
            for encoding in _ENCODINGS:
                body = _blot(body, text, encoding)
        return body


def needles_of(customer_ids: Sequence[int]) -> Needles:
    """Everything that points at these customers; three queries."""
    points = ContactPoint.objects.filter(customer_id__in=customer_ids).values_list("value", flat=True)
    sure = [form for value in points for form in _forms(value)]
    sealed = SealedNumber.objects.filter(record__customer_id__in=customer_ids).exclude(kind="unreadable")
    sure += [number for each in sealed for number in _opened(bytes(each.sealed))]
    names = [*Customer.objects.filter(pk__in=customer_ids).values_list("name", flat=True), *_said_names(customer_ids)]
    return Needles(
        tuple(dict.fromkeys(each for each in sure if len(each) >= _SHORTEST)),
        tuple(dict.fromkeys(each for each in names if len(each) > 1)),
    )


def _said_names(customer_ids: Sequence[int]) -> Iterable[str]:
    said = SourceRecord.objects.filter(customer_id__in=customer_ids).values_list("standard__name", flat=True)
    return [str(each) for each in said if each]


def _forms(value: str) -> tuple[str, ...]:
    """A number as the world writes it and as China does; an address as it is."""
    return (value, value.removeprefix("+86")) if value.startswith("+86") else (value, value.removeprefix("+"))


def _opened(sealed: bytes) -> tuple[str, ...]:
    try:
        return (unseal(sealed, purpose=ID_PURPOSE),)
    except CannotOpen:
        return ()


def _blot(body: bytes, text: str, encoding: str) -> bytes:
    try:
        needle = text.encode(encoding)
    except UnicodeEncodeError:
        return body
    stars = ("*" * (len(needle) // len("*".encode(encoding)))).encode(encoding)
    return body.replace(needle, stars.ljust(len(needle), b"*"))
