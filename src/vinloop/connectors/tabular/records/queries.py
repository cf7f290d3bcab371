"""Reads: sources and runs in sight, and what is doubtful in a source."""

from __future__ import annotations

from django.db.models import Count, F, Func, Max, QuerySet

from vinloop.customers.models import ImportRun, Source, SourceRecord

_MOST_FLAGS = 12


def sources() -> QuerySet[Source]:
    """Sources in sight with their owner and when a file was last taken in, by code."""
    return Source.objects.select_related("owner").annotate(last_run=Max("runs__started_at")).order_by("code")


def runs() -> QuerySet[ImportRun]:
    """Runs in sight, newest first."""
    return ImportRun.objects.select_related("source").order_by("-started_at", "-pk")


def flag_counts(source: Source) -> list[tuple[str, int]]:
    """What is doubtful in a source's records, the commonest first."""
    each = SourceRecord.objects.filter(source=source.code).exclude(flags=[])
    counted = each.annotate(flag=Func(F("flags"), function="unnest")).values("flag").annotate(count=Count("pk"))
    return [(row["flag"], row["count"]) for row in counted.order_by("-count", "flag")[:_MOST_FLAGS]]


def record_count(source: Source) -> int:
    """How many records a source has brought."""
    return SourceRecord.objects.filter(source=source.code).count()
