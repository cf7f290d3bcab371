"""What the board of data quality reads: the newest counts, how they went, and the records behind a count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import BooleanField, Func, Q, QuerySet, Subquery
from msgspec import json

from vinloop.customers.models import Source, SourceRecord
from vinloop.customers.quality.problems import BY_PROBLEM, FLAG, WEIGHED, where
from vinloop.customers.words import source_words
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.caches import Remembered
from vinloop.kernel.languages import in_language
from vinloop.kernel.models import Organisation

READ = "customers.quality:read"
ORDER = ("id",)
TREND_DAYS = 90
_TABLE = "customers_sourcerecord"
Counts = Mapping[str, float]
# What is followed over time.
TREND = ("records", "no_reach", "flagged", "duplicate", "old_24")
# A source that was not counted for longer is gone.
NEWEST_DAYS = 40
_NEWEST = """
SELECT q.source, q.owner_id, coalesce(o.code, ''), coalesce(o.name, ''),
  coalesce(o.name_en, ''), q.branch, q.counts::text, q.day, q.counted_at
FROM customers_qualityday q
JOIN (SELECT source, max(day) AS day FROM customers_qualityday
  WHERE day > (SELECT max(day) FROM customers_qualityday) - %s GROUP BY source) n USING (source, day)
LEFT JOIN kernel_organisation o ON o.id = q.owner_id
ORDER BY q.source, o.code, q.branch
"""
_DAYS = f"""
SELECT q.day, q.source, {", ".join(f"coalesce(sum((q.counts->>'{code}')::numeric), 0)" for code in TREND)}
FROM customers_qualityday q LEFT JOIN kernel_organisation o ON o.id = q.owner_id
WHERE q.day > %(since)s AND %(source)s IN ('', q.source) AND %(owner)s IN ('', o.code)
GROUP BY q.day, q.source ORDER BY q.day
"""


@dataclass(frozen=True, slots=True)
class Part:
    """The counts of one source and branch. ``owner`` is whose records they are."""

    source: str
    owner_id: int
    branch: str
    counts: Counts
    day: date
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Owner:
    """Who can mend records: a dealer, or who owns the source."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The newest counts in the actor's sight, and the names of their sources and owners."""

    parts: Sequence[Part]
    sources: Mapping[str, str]
    owners: Mapping[int, Owner]

    @property
    def total(self) -> Counts:
        """All parts together."""
        return added(part.counts for part in self.parts)

    @property
    def counted_at(self) -> datetime | None:
        """When the newest part was counted."""
        return max((part.counted_at for part in self.parts), default=None)

    def narrowed(self, *, source: str = "", owner: str = "") -> Quality:
        """Only the parts of one source, or of one owner by its code."""
        kept = [
            part
            for part in self.parts
            if (not source or part.source == source)
            and (not owner or (part.owner_id in self.owners and self.owners[part.owner_id].code == owner))
        ]
        return Quality(kept, self.sources, self.owners)


def added(counts: Iterable[Counts]) -> Counts:
    """Counts of several parts as one."""
    total: dict[str, float] = {}
    for each in counts:
        for code, count in each.items():
            total[code] = total.get(code, 0) + count
    return total


def share(counts: Counts, code: str) -> float | None:
    """How many of a hundredth of the records have a problem, of 1; None without records."""
    records = counts.get("records", 0)
    return counts.get(code, 0) / records if records else None


def burden(counts: Counts) -> float:
    """What sources and dealers are ranked by: problems that matter per record (``problems.WEIGHED``)."""
    return sum(share(counts, code) or 0.0 for code in WEIGHED)


def per_customer(counts: Counts) -> float | None:
    """How many records the customers of these records have on average; None while none is resolved."""
    customers = counts.get("customers", 0)
    resolved = counts.get("records", 0) - counts.get("waiting", 0)
    return resolved / customers if customers else None


def read_quality(actor: Actor) -> Quality:
    """The newest counts of every part in sight; one query. Raises ``NotAllowed``."""
    actor.require(READ)
    parts, sources, owners = [], {}, {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [NEWEST_DAYS])
        for source, owner_id, code, label, label_en, branch, counts, day, counted_at in cursor.fetchall():
            parts.append(Part(source, owner_id, branch, json.decode(counts), day, counted_at))
            sources[source] = source_words(source, source_names().get(source, ""))
            owners[owner_id] = Owner(code, in_language(label, label_en))
    return Quality(parts, sources, owners)


def _load_names() -> Mapping[str, str]:
    with elevated("name the sources of records in sight"):
        return dict(Source.objects.values_list("code", "name"))


# Asked only for records in sight: who sees them may read what the system that sent them is called, though the source
# itself is headquarters'.
source_names: Remembered[Mapping[str, str]] = Remembered(_load_names, seconds=30.0)


def read_trend(actor: Actor, *, today: date, source: str = "", owner: str = "") -> Mapping[date, Counts]:
    """``TREND`` of the last 90 days, all parts in sight together; a source not counted on a day counts as it was
    counted last. One query. Raises ``NotAllowed``.
    """
    actor.require(READ)
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"since": today - timedelta(days=TREND_DAYS), "source": source, "owner": owner})
        rows = cursor.fetchall()
    last: dict[str, Counts] = {}
    trend: dict[date, Counts] = {}
    for day, name, *counts in rows:
        last[name] = dict(zip(TREND, map(float, counts), strict=True))
        trend[day] = added(last.values())
    return trend


def records_with(
    actor: Actor, problem: str, *, source: str = "", owner: str = "", branch: str | None = None, day: date
) -> QuerySet[SourceRecord]:
    """The records counted under a problem, oldest first; all records for ``problem`` "". Raises ``NotAllowed``.

    ``owner`` is the code of who can mend them, as the board counts it.
    """
    actor.require(READ)
    rows = SourceRecord.objects.all()
    sql = where(problem, _TABLE, day) if problem else None
    if problem:
        rows = rows.filter(Func(template=sql, output_field=BooleanField())) if sql else rows.none()
    if source:
        rows = rows.filter(source=source)
    if branch is not None:
        rows = rows.filter(branch=branch)
    if owner:
        known = Organisation.objects.exclude(code="").values("code")
        is_own = Q(branch=owner) | (Q(owner__code=owner) & ~Q(branch__in=Subquery(known)))
        rows = rows.filter(is_own)
    return rows.order_by(*ORDER)


def may_list(actor: Actor, problem: str) -> bool:
    """Whether the records of a problem may be listed: pairs under review are headquarters' business."""
    if problem.startswith(FLAG) or not problem:
        return True
    return problem in BY_PROBLEM and (BY_PROBLEM[problem].is_for_all or actor.sees_all)
