"""Data quality for programs: the counts of the board, and the records behind a count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from django.urls import URLPattern

from vinloop.customers.models import Customer, SourceRecord
from vinloop.customers.quality.problems import PROBLEMS
from vinloop.customers.quality.queries import (
    ORDER,
    READ,
    Part,
    Quality,
    may_list,
    read_quality,
    read_trend,
    records_with,
)
from vinloop.kernel.api import ApiController, Page, PageQuery, Query, endpoint, path
from vinloop.kernel.identifiers import mask_email, mask_phone
from vinloop.kernel.paging import paginate

Described = msgspec.Meta


class QualityQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose records."""

    source: Annotated[str, Described(description="Code of a source; all of them without it")] = ""
    owner: Annotated[str, Described(description="Code of the organisation that can mend the records")] = ""


class ProblemOut(msgspec.Struct, frozen=True):
    """What is counted: `label` and `definition` in the caller's language."""

    code: str
    kind: str
    label: str
    definition: str


class QualityPartOut(msgspec.Struct, frozen=True):
    """The records of one source and branch. `counts` is problem → records that have it.

    `records` counts all of them; `customers` their share of customers, which adds up over parts. `flag:phone:too_short`
    and the like count single remarks.
    """

    source: str
    owner: str
    branch: str
    day: date
    counted_at: datetime
    counts: dict[str, float]


class DayOut(msgspec.Struct, frozen=True):
    """All parts together on one day."""

    day: date
    counts: dict[str, float]


class QualityOut(msgspec.Struct, frozen=True):
    """Data quality as it was counted last, and how it went in 90 days."""

    counted_at: datetime | None
    total: dict[str, float]
    parts: list[QualityPartOut]
    days: list[DayOut]
    problems: list[ProblemOut]


class QualityRecordsQuery(PageQuery, frozen=True, kw_only=True):
    """Which records to list."""

    problem: Annotated[str, Described(description="Code of a problem; all records without it")] = ""
    source: str = ""
    owner: str = ""


class QualityRecordOut(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a source, phones and addresses masked. `customer` is empty until it was resolved."""

    source: str
    key: str
    branch: str
    name: str
    phones: list[str]
    emails: list[str]
    vin: str
    as_of: str
    flags: list[str]
    customer: str


class QualityController(ApiController):
    """Data quality."""

    tags = ("Data quality",)

    @endpoint(READ, operation_id="getDataQuality")
    def get(self, parsed_query: Query[QualityQuery]) -> QualityOut:
        """Read how complete, sound, single and fresh the records in the caller's sight are."""
        source, owner = parsed_query.source, parsed_query.owner
        quality = read_quality(self.actor).narrowed(source=source, owner=owner)
        trend = read_trend(self.actor, today=self.at.date(), source=source, owner=owner)
        return QualityOut(
            counted_at=quality.counted_at,
            total=dict(quality.total),
            parts=[_part(quality, each) for each in quality.parts],
            days=[DayOut(day, dict(counts)) for day, counts in trend.items()],
            problems=[
                ProblemOut(each.code, each.kind, str(each.label), str(each.definition))
                for each in PROBLEMS
                if may_list(self.actor, each.code)
            ],
        )


class QualityRecordsController(ApiController):
    """Records to mend."""

    tags = ("Data quality",)

    @endpoint(READ, operation_id="listQualityRecords")
    def get(self, parsed_query: Query[QualityRecordsQuery]) -> Page[QualityRecordOut]:
        """List the records counted under a problem, oldest first; an unknown problem has none."""
        asked = parsed_query
        found = records_with(self.actor, asked.problem, source=asked.source, owner=asked.owner, day=self.at.date())
        found = found if may_list(self.actor, asked.problem) else found.none()
        page = paginate(found, ORDER, cursor=asked.cursor, limit=asked.limit)
        known = Customer.objects.filter(pk__in={row.customer_id for row in page.items if row.customer_id})
        refs = dict(known.values_list("pk", "ref"))
        return Page([_record(each, refs) for each in page.items], page.next, page.previous)


def _part(quality: Quality, part: Part) -> QualityPartOut:
    owner = quality.owners.get(part.owner_id)
    return QualityPartOut(
        part.source, owner.code if owner else "", part.branch, part.day, part.counted_at, dict(part.counts)
    )


def _record(each: SourceRecord, refs: dict[int, str]) -> QualityRecordOut:
    said: dict[str, Any] = each.standard or {}
    return QualityRecordOut(
        source=each.source,
        key=each.key,
        branch=each.branch,
        name=said.get("name") or "",
        phones=[mask_phone(phone) for phone in said.get("phones", ())],
        emails=[mask_email(email) for email in said.get("emails", ())],
        vin=said.get("vin") or "",
        as_of=said.get("as_of") or "",
        flags=list(each.flags),
        customer=refs.get(each.customer_id or 0, ""),
    )


urls: list[URLPattern] = [
    path("data-quality", QualityController.as_view(), name="data-quality"),
    path("data-quality/records", QualityRecordsController.as_view(), name="data-quality-records"),
]
