"""Who had which part in one car from when to when, read from what records say. Pure.

Owners follow each other by date: the earlier one's time ends on the day the later one is first named. What a delivery
or a person said stands as it is; records only fill the time around it. Nobody records the end of a driver's or a
payer's part: it ends with the ownership during which they were last named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from vinloop.vehicles.source_words import OWNER, ROLES


@dataclass(frozen=True, slots=True)
class Said:
    """A record of a customer names the car: in a role, or (empty) without saying in which, as of a day."""

    customer_id: int
    role: str
    day: date


@dataclass(frozen=True, slots=True)
class Span:
    """A customer's part in the car for a time; ``until`` None while it lasts."""

    customer_id: int
    role: str
    since: date
    until: date | None


def spans_of(said: Sequence[Said], stated: Sequence[Span]) -> list[Span]:
    """The parts records give people in one car; ``stated`` are those of deliveries and persons, which stay.

    A record of somebody whose part in that role was stated adds nothing: the statement knows better. One without a
    role follows the customer's other records, else it means the owner.
    """
    if len(said) == 1 and not stated:  # by far the commonest car
        only = said[0]
        return [Span(only.customer_id, only.role or OWNER, only.day, None)]
    known = {(each.customer_id, each.role) for each in stated}
    clear = [each for each in _with_roles(said) if (each.customer_id, each.role) not in known]
    owners = _owners([each for each in clear if each.role == OWNER], [s for s in stated if s.role == OWNER])
    ends = sorted({each.until for each in (*owners, *stated) if each.role == OWNER and each.until})
    others = [each for each in clear if each.role != OWNER]
    return [*owners, *_others(others, ends)]


def _with_roles(said: Sequence[Said]) -> list[Said]:
    named: dict[int, set[str]] = {}
    for each in said:
        if each.role:
            named.setdefault(each.customer_id, set()).add(each.role)
    return [
        each if each.role else Said(each.customer_id, _likeliest(named.get(each.customer_id, set())), each.day)
        for each in said
    ]


def _likeliest(roles: set[str]) -> str:
    return next((role for role in ROLES if role in roles), OWNER)


def _owners(said: Sequence[Said], stated: Sequence[Span]) -> list[Span]:
    """The owners in the gaps that stated owners leave; in each gap one follows the other."""
    free = [each for each in said if not any(_covers(span, each.day) for span in stated)]
    starts = sorted({span.since for span in stated})
    found: list[Span] = []
    for end, gap in groupby(
        sorted(free, key=lambda e: e.day), key=lambda e: next((s for s in starts if s > e.day), None)
    ):
        found += _followed(list(gap), end)
    return found


def _covers(span: Span, day: date) -> bool:
    return span.since <= day and (span.until is None or day < span.until)


def _followed(said: Sequence[Said], end: date | None) -> list[Span]:
    """One owner after the other; ``end`` is when a stated owner takes over."""
    firsts: list[Said] = []
    for _day, named in groupby(said, key=lambda each: each.day):
        for each in sorted(
            set(named), key=lambda e: (not firsts or e.customer_id != firsts[-1].customer_id, e.customer_id)
        ):
            if not firsts or firsts[-1].customer_id != each.customer_id:
                firsts.append(each)
    untils = [*(each.day for each in firsts[1:]), end]
    return [Span(each.customer_id, OWNER, each.day, until) for each, until in zip(firsts, untils, strict=True)]


def _others(said: Sequence[Said], ends: Sequence[date]) -> list[Span]:
    days: dict[tuple[int, str], list[date]] = {}
    for each in said:
        days.setdefault((each.customer_id, each.role), []).append(each.day)
    return [
        Span(customer_id, role, min(named), next((end for end in ends if end > max(named)), None))
        for (customer_id, role), named in sorted(days.items())
    ]
