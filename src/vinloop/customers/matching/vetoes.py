"""What keeps two records apart however alike they look. Each veto has a code that screens put into words."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from vinloop.customers.matching.features import Features
from vinloop.customers.standard.names import other_readings

KIND = "kind"
IDENTITY = "identity"
NAMES = "names"
SURNAMES = "surnames"
IMPERSONAL = "impersonal"
_SLIPS = 2


def veto(one: Features, two: Features) -> str:
    """Why these two can't be one customer; empty when nothing speaks against it.

    Spouses share a phone, a flat and a car: only their names tell them apart. So two whole given names that neither
    sound alike nor begin alike are two people, whatever the rest says.
    """
    if one.is_org != two.is_org and _named(one) and _named(two):
        return KIND
    if _identities_differ(one, two):
        return IDENTITY
    if one.is_org or two.is_org:
        return ""
    return _names_differ(one, two)


def _named(record: Features) -> bool:
    return record.name is not None


def _identities_differ(one: Features, two: Features) -> bool:
    """Two resident's numbers more than a slip apart, or visible parts that differ. Other documents veto nothing: people
    have several, and lists keep them carelessly.
    """
    if not (one.id_ends and two.id_ends):
        return False
    if one.id_digest and two.id_digest:
        return one.id_digest != two.id_digest and set(one.id_near or ()).isdisjoint(two.id_near or ())
    return one.id_ends != two.id_ends


def _names_differ(one: Features, two: Features) -> str:
    if not (one.words and two.words) or begins(one, two):
        return ""
    if one.is_han and two.is_han and one.words[0] != two.words[0]:
        return SURNAMES
    if one.whole_name is None or two.whole_name is None or one.sound == two.sound:
        return ""
    if one.is_han and two.is_han:
        return NAMES
    if one.is_han != two.is_han:
        return "" if _transcribed(one, two) else NAMES
    return NAMES if _western_differ(one, two) and not _shares_papers(one, two) else ""


def _transcribed(one: Features, two: Features) -> bool:
    """A Chinese name and Latin words that may be its beginning or its end, however it is read: 高欣 and Gao Xinfang,
    单伟 and Dan Wei.
    """
    han, latin = (one, two) if one.is_han else (two, one)
    words = latin.words or ()
    return _begins_or_ends(han.words or (), words) or any(
        _begins_or_ends(parts, words) for parts in other_readings(han.name or "")
    )


def _begins_or_ends(parts: Sequence[str], words: Sequence[str]) -> bool:
    theirs = "".join(words)
    orders = ("".join(parts), "".join(reversed(parts)), *parts)
    return any(mine.startswith(theirs) or theirs.startswith(mine) for mine in orders) or _shares_both(parts, words)


def _shares_both(parts: Sequence[str], words: Sequence[str]) -> bool:
    """Each Chinese word begins, or is begun by, one of the Latin words."""
    return all(any(part.startswith(word) or word.startswith(part) for word in words) for part in parts)


def _western_differ(one: Features, two: Features) -> bool:
    """Two whole Western names whose given names are neither alike nor short for each other: Ann and Bob Example."""
    mine, theirs = set(one.words or ()), set(two.words or ())
    if len(mine) < 2 or len(theirs) < 2 or not (mine - theirs) or not (theirs - mine):
        return False
    return not any(_alike(word, other) for word in mine - theirs for other in theirs - mine)


def _alike(word: str, other: str) -> bool:
    if word.startswith(other) or other.startswith(word):
        return True
    return Levenshtein.distance(word, other, score_cutoff=_SLIPS) <= _SLIPS


def _shares_papers(one: Features, two: Features) -> bool:
    """A number or birth date in common: then the name was mistaken, not the person."""
    same_number = one.id_digest is not None and one.id_digest == two.id_digest
    return same_number or (one.birth is not None and one.birth == two.birth)


def begins(one: Features, two: Features) -> bool:
    """One Chinese name begins with the other: 张飞 and 张飞森, 欧先生 and 欧阳怡梅."""
    if not (one.is_han and two.is_han and one.name and two.name):
        return False
    return one.name.startswith(two.name) or two.name.startswith(one.name)


def is_personal(one: Features, two: Features) -> bool:
    """Whether anything that belongs to a person agrees, not only a car or a flat, which households share."""
    if one.whole_name and (one.whole_name == two.whole_name or (one.sound and one.sound == two.sound)):
        return True
    shared = (one.email and one.email == two.email) or (one.id_digest and one.id_digest == two.id_digest)
    if shared or (one.id_ends and one.id_ends == two.id_ends) or (one.birth and one.birth == two.birth):
        return True
    if one.phones and two.phones and not set(one.phones).isdisjoint(two.phones):
        return True
    return one.name is not None and two.name is not None
