"""Reads: sources and runs in sight, and what is doubtful in a source."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Count, F, Func, Max, Q, QuerySet

from vinloop.customers.models import ImportRun, Source, SourceRecord
from vinloop.kernel.models import ReceivedDocument

_MOST_FLAGS = 12


def sources(text: str = "", kind: str = "") -> QuerySet[Source]:
    """Sources in sight with their owner and when a file was last taken in, by code.

    ``text`` is looked for in names and codes, also those of who they belong to.
    """
    found = Source.objects.select_related("owner").annotate(last_run=Max("runs__started_at")).order_by("code")
    if kind:
        found = found.filter(kind=kind)
    named = ("name", "code", "owner__name", "owner__name_en", "owner__code")
    said = (Q(**{f"{name}__icontains": text.strip()}) for name in named)
    return found.filter(reduce(or_, said)) if text.strip() else found


def runs() -> QuerySet[ImportRun]:
    """Runs in sight, newest first."""
    return ImportRun.objects.select_related("source").order_by("-started_at", "-pk")


def unfinished(document: ReceivedDocument) -> ImportRun | None:
    """The run that is taking a file in at this moment."""
    return runs().filter(document=document, state=ImportRun.State.RUNNING).first()


def flag_counts(source: Source) -> list[tuple[str, int]]:
    """What is doubtful in a source's records, the commonest first."""
    each = SourceRecord.objects.filter(source=source.code).exclude(flags=[])
    counted = each.annotate(flag=Func(F("flags"), function="unnest")).values("flag").annotate(count=Count("pk"))
    return [(row["flag"], row["count"]) for row in counted.order_by("-count", "flag")[:_MOST_FLAGS]]


def record_count(source: Source) -> int:
    """How many records a source has brought."""
    return SourceRecord.objects.filter(source=source.code).count()
