"""What stewards look at: the queue of doubtful pairs, pairs side by side, a customer's records and steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.explaining import Explanation, explain_records
from vinloop.customers.masks import mask_place
from vinloop.customers.models import Customer, IdentityStep, ReviewPair, Source, SourceRecord
from vinloop.customers.standard.record import StandardRecord
from vinloop.customers.words import place_words
from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import mask_email, mask_phone, mask_vin
from vinloop.kernel.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LOOK, DECIDE, RUN = "customers.identity:read", "customers.identity:decide", "customers.identity:resolve"
REVIEW_ORDER = ("-probability", "-id")
WAITING = (ReviewPair.State.OPEN, ReviewPair.State.LATER)
# Bands of probability a steward may choose: name → (from, below).
BANDS: Mapping[str, tuple[float, float]] = {"high": (0.8, 1.01), "middle": (0.65, 0.8), "low": (0.0, 0.65)}
FIELDS: Sequence[tuple[str, StrOrPromise]] = (
    ("name", _("Name")),
    ("kind", _("Kind")),
    ("gender", _("Gender")),
    ("birth_date", _("Born on")),
    ("id_masked", _("ID number")),
    ("phones", _("Phone")),
    ("emails", _("E-mail")),
    ("address", _("Address")),
    ("city", _("City")),
    ("postcode", _("Postcode")),
    ("vin", _("VIN")),
    ("plate", _("Plate")),
    ("company", _("Company")),
)

# What the evidence calls a field when it does not call it as the records do.
_COMPARED = {"phones": "phone", "emails": "email", "birth_date": "birth", "id_masked": "identity"}


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair: where it is from, of when, whose it is, and what it says (masked)."""

    record: int
    source: str
    source_name: str
    key: str
    as_of: str
    received_at: datetime
    customer_ref: str
    customer_name: str
    values: Mapping[str, str]
    flags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both records. ``state`` is same, part, near, differ, or missing on one side or both.

    ``near`` is what differs as it is written and speaks for one customer all the same; ``how`` says why.
    """

    code: str
    label: StrOrPromise
    one: str
    two: str
    state: str
    how: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records beside each other, and why they may be one customer."""

    one: Side
    two: Side
    lines: Sequence[Line]
    why: Explanation | None


@dataclass(frozen=True, slots=True)
class JoinedRecord:
    """A record of a customer, how surely it belongs there, and through which record it came."""

    side: Side
    matched_by: str
    probability: float | None
    through: Side | None
    why: Explanation | None


def list_reviews(
    actor: Actor, *, state: str = "open", source: str = "", reason: str | None = None, band: str = ""
) -> QuerySet[ReviewPair]:
    """Doubtful pairs, the likeliest first, with what a list shows of both records. Raises ``NotAllowed``."""
    actor.require(LOOK)
    rows = ReviewPair.objects.filter(state=state)
    if source:
        rows = rows.filter(Q(one__source=source) | Q(two__source=source))
    if reason is not None:
        rows = rows.filter(reason=reason)
    if band in BANDS:
        low, high = BANDS[band]
        rows = rows.filter(probability__gte=low, probability__lt=high)
    return _with_sides(rows).order_by(*REVIEW_ORDER)


def get_review(actor: Actor, pair_id: int) -> ReviewPair | None:
    """One pair, decided or not. Raises ``NotAllowed``."""
    actor.require(LOOK)
    return _with_sides(ReviewPair.objects.filter(pk=pair_id)).first()


def count_reviews(actor: Actor) -> int:
    """How many pairs wait. Raises ``NotAllowed``."""
    actor.require(LOOK)
    return ReviewPair.objects.filter(state=ReviewPair.State.OPEN).count()


def compare(actor: Actor, one: SourceRecord, two: SourceRecord) -> Comparison:
    """Two records beside each other; what is hidden from the actor is compared all the same. One query or two."""
    why, names = explain_records([(one.pk, two.pk)]).get((one.pk, two.pk)), source_names()
    lines = [_weighed(line, why) for line in _lines(actor, one, two)]
    return Comparison(side_of(actor, one, names), side_of(actor, two, names), lines, why)


def records_of_customer(actor: Actor, customer: Customer) -> list[JoinedRecord]:
    """All source records of a customer, each with the waterfall against the record it joined through.

    Raises ``NotAllowed``.
    """
    actor.require(LOOK)
    own = list(SourceRecord.objects.filter(customer=customer).select_related("customer").order_by("id"))
    through = {each.pk: _through(each) for each in own}
    strangers = {each for each in through.values() if each} - {each.pk for each in own}
    known = {each.pk: each for each in own}
    known |= {each.pk: each for each in SourceRecord.objects.filter(pk__in=strangers).select_related("customer")}
    why = explain_records([(mine, other) for mine, other in through.items() if other])
    names = source_names()
    return [
        JoinedRecord(
            side=side_of(actor, each, names),
            matched_by=each.matched_by,
            probability=each.probability,
            through=_side(actor, known.get(through[each.pk] or 0), names),
            why=why.get((each.pk, through[each.pk] or 0)),
        )
        for each in own
    ]


def steps_of(actor: Actor, customer: Customer) -> QuerySet[IdentityStep, Any]:
    """The merges and splits a customer took part in, the newest first, each with who did it (``who``, ``who_en``) and
    whether a later one stands on it (``is_built_on``); one query. Raises ``NotAllowed``.
    """
    actor.require(LOOK)
    ids = [customer.pk, *([customer.merged_into_id] if customer.merged_into_id else [])]
    rows = IdentityStep.objects.filter(Q(source_id__in=ids) | Q(target_id__in=ids)).select_related("source", "target")
    touching = Q()
    for end in ("source_id", "target_id"):
        touching |= Q(source_id=OuterRef(end)) | Q(target_id=OuterRef(end))
    later = IdentityStep.objects.filter(touching, undone_at__isnull=True, pk__gt=OuterRef("pk"))
    user = User.objects.filter(pk=OuterRef("done_by"))
    return rows.annotate(
        who=Subquery(user.values("name")), who_en=Subquery(user.values("name_en")), is_built_on=Exists(later)
    ).order_by("-pk")


def reference_now(actor: Actor, old_ref: str) -> Customer:
    """The customer an old reference leads to, as far as the actor sees it.

    Raises ``CustomerNotFound`` and ``NotAllowed``.
    """
    actor.require("customers.customer:read")
    row = Customer.objects.select_related("merged_into").filter(ref=old_ref).first()
    if row is None:
        raise CustomerNotFound(old_ref)
    return row.merged_into or row


def source_names() -> dict[str, str]:
    """How sources are called, by their codes; one query."""
    return dict(Source.objects.values_list("code", "name"))


def said_by(record: SourceRecord) -> StandardRecord:
    """What a record says; nothing where no rule has read it yet."""
    return msgspec.convert(record.standard, StandardRecord) if record.standard else StandardRecord()


def side_of(actor: Actor, record: SourceRecord, names: Mapping[str, str]) -> Side:
    """A record as a steward sees it."""
    said, customer = said_by(record), record.customer
    return Side(
        record=record.pk,
        source=record.source,
        source_name=names.get(record.source) or record.source,
        key=record.key,
        as_of=said.as_of[:10] or record.received_at.date().isoformat(),
        received_at=record.received_at,
        customer_ref=customer.ref if customer else "",
        customer_name=customer.name if customer else "",
        values={code: shown(actor, said, code) for code, _label in FIELDS},
        flags=record.flags,
    )


def shown(actor: Actor, said: StandardRecord, code: str) -> str:
    """A value of a record as stewards compare it: of numbers the ends, of an address the place.

    Whether two agree stands beside them, so nobody need see more to decide.
    """
    value = getattr(said, code)
    if isinstance(value, tuple):
        mask = mask_phone if code == "phones" else mask_email
        return ", ".join(mask(each) for each in value)
    if not value:
        return ""
    if code == "address":
        return mask_place(said.province, said.city, said.county)
    if code == "vin":
        return value if actor.may(UNMASK) else mask_vin(value)
    return _in_words(code, str(value))


def _in_words(code: str, value: str) -> str:
    if code == "city":
        return place_words(value)
    choices = {"kind": Customer.Kind.choices, "gender": Customer.Gender.choices}.get(code, [])
    return str(dict(choices).get(value, value))


def _side(actor: Actor, record: SourceRecord | None, names: Mapping[str, str]) -> Side | None:
    return side_of(actor, record, names) if record else None


def _through(record: SourceRecord) -> int | None:
    reasons = record.reasons if isinstance(record.reasons, dict) else {}
    other = reasons.get("with")
    return other if isinstance(other, int) else None


def _lines(actor: Actor, one: SourceRecord, two: SourceRecord) -> list[Line]:
    left, right = said_by(one), said_by(two)
    found = []
    for code, label in FIELDS:
        a, b = getattr(left, code), getattr(right, code)
        if a or b:
            found.append(Line(code, label, shown(actor, left, code), shown(actor, right, code), _state(a, b)))
    return found


def _weighed(line: Line, why: Explanation | None) -> Line:
    """Two spellings of one flat differ as texts, and so do a number and its slip; the evidence knows them for near."""
    bars = [bar for bar in why.bars if bar.comparison == _COMPARED.get(line.code, line.code)] if why else []
    if line.state != "differ" or not bars or bars[0].bits <= 0:
        return line
    return replace(line, state="near", how=bars[0].how)


def _state(one: str | tuple[str, ...], two: str | tuple[str, ...]) -> str:
    if not one or not two:
        return "missing"
    if isinstance(one, tuple) and isinstance(two, tuple):
        shared = set(one) & set(two)
        return "same" if set(one) == set(two) else "part" if shared else "differ"
    return "same" if one == two else "differ"


def _with_sides(rows: QuerySet[ReviewPair]) -> QuerySet[ReviewPair]:
    return rows.select_related("one__customer", "two__customer").defer("one__payload", "two__payload")


def newest_runs(count: int) -> QuerySet[Any]:
    """The last runs of identity resolution, the newest first."""
    from vinloop.customers.models import ResolveRun

    return ResolveRun.objects.order_by("-started_at", "-id")[:count]
