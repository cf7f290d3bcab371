"""Records that may be the same customer as a given one: found by the keys they share, scored with the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.db import connection

from vinloop.customers.matching.features import Features, blocking_keys
from vinloop.customers.matching.model import MOST_AT_KEY, WORN, Model
from vinloop.customers.matching.scoring import Score, score
from vinloop.customers.matching.worn import without

_MEETING = """
SELECT m.record_id, m.features::text, r.customer_id, r.matched_by
FROM (SELECT record_id FROM customers_matchkeys WHERE keys && %s::bigint[] OFFSET 0) k
JOIN customers_matchrow m ON m.record_id = k.record_id JOIN customers_sourcerecord r ON r.id = k.record_id
"""
_MEMBERS = """
SELECT m.record_id, m.features::text, r.customer_id, r.matched_by
FROM customers_sourcerecord r JOIN customers_matchrow m ON m.record_id = r.id
WHERE r.customer_id = ANY (%s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A record in the base: what it says, whose it is (None: not resolved), and how that was decided."""

    features: Features
    customer_id: int | None
    matched_by: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the same customer, and how probably."""

    known: Known
    score: Score


def meeting(model: Model, keys: Iterable[int]) -> dict[int, Known]:
    """Records that carry one of the keys; keys too crowded to tell anything are not asked."""
    asked = sorted(set(keys) - model.crowded)
    return _known(_MEETING, [asked]) if asked else {}


def worn_since(model: Model, near: Mapping[int, Known]) -> Model:
    """The model with numbers that became worn since it was trained, as the records near new ones show: a file in
    which everybody has the dealer's own number.
    """
    counts = Counter(phone for known in near.values() for phone in known.features.phones or ())
    worn = {phone for phone, count in counts.items() if count > WORN} - model.worn
    return msgspec.structs.replace(model, worn=model.worn | worn) if worn else model


def by_keys(model: Model, near: Mapping[int, Known]) -> dict[int, list[int]]:
    """Key → the records that meet there, but for keys too crowded to tell anything."""
    found: dict[int, list[int]] = {}
    for record_id, known in near.items():
        for key in keys_of(model, known.features):
            found.setdefault(key, []).append(record_id)
    return {key: ids for key, ids in found.items() if len(ids) <= MOST_AT_KEY}


def members_of(customer_ids: Sequence[int]) -> dict[int, Known]:
    """All records of customers."""
    return _known(_MEMBERS, [list(customer_ids)]) if customer_ids else {}


def candidates_for(model: Model, record: Features, among: Mapping[int, Known]) -> list[Candidate]:
    """Those of the records that reach the review threshold, the likeliest first."""
    plain = without(record, model.worn)
    found = [
        Candidate(known, made)
        for record_id, known in among.items()
        if record_id != record.id and (made := score(model, plain, known.features)).probability >= model.review
    ]
    return sorted(found, key=lambda each: (-each.score.probability, each.known.features.id))


def keys_of(model: Model, record: Features) -> list[int]:
    """The keys under which a record is looked for."""
    return blocking_keys(without(record, model.worn))


def _known(sql: str, arguments: list[list[int]]) -> dict[int, Known]:
    decode = msgspec.json.Decoder(Features).decode
    with connection.cursor() as cursor:
        # Thousands of keys at once make a scan of the table look cheap to the planner, and it is not.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql, arguments)
        found = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = on")
        return {row[0]: Known(decode(row[1]), row[2], row[3]) for row in found}
