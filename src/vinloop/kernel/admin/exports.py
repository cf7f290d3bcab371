"""The audit log as a file, whichever door it is asked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.admin.facts import NEWEST, READ, FactFilter, find_facts
from vinloop.kernel.admin.pages import DOORS
from vinloop.kernel.events.queries import TimelineEntry, timeline
from vinloop.kernel.models import Event, Organisation
from vinloop.kernel.web.exports import Record, Table, download, pages_of, record_export


def export_facts(actor: Actor, wanted: FactFilter, *, filters: str, at: datetime) -> HttpResponseBase:
    """Facts as a CSV file, newest first; that they were taken is recorded. Raises ``NotAllowed``."""
    actor.require(READ)
    record_export(actor, name="audit", file_format="csv", filters=filters[:300], at=at)
    heads = [
        _("When"), _("Kind"), _("What"), _("Kind of subject"), _("Subject"), _("Reference"), _("Organisation"),
        _("Done by"), _("How"),
    ]  # fmt: skip
    return download(Table("audit", heads, pages_of(actor, lambda: find_facts(actor, wanted), NEWEST, _records)), "csv")


def _records(events: Sequence[Event]) -> list[Record]:
    codes = dict(Organisation.objects.filter(pk__in={e.organisation_id for e in events}).values_list("pk", "code"))
    return [_record(entry, event, codes) for entry, event in zip(timeline(events), events, strict=True)]


def _record(entry: TimelineEntry, event: Event, codes: dict[int, str]) -> Record:
    return [
        event.at, event.kind, entry.title, event.subject_kind, event.subject_id, entry.ref,
        codes.get(event.organisation_id, ""), entry.who or _("System"), str(DOORS.get(event.door, event.door)),
    ]  # fmt: skip
