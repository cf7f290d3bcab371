"""What the administration's pages share: who is in sight, timelines."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.events.queries import events_of, timeline
from vinloop.kernel.models import Organisation
from vinloop.kernel.web.record import Timeline, TimelineEntry

_RECENT = 30
DOORS = {
    "screen": _("on screen"),
    "api": _("API"),
    "portal": _("website"),
    "adf": _("ADF"),
    "mail": _("e-mail"),
    "import": _("import"),
    "job": _("automatic"),
    "command": _("command line"),
}


def organisations_in_sight(actor: Actor) -> QuerySet[Organisation]:
    """Active organisations the actor sees, in the order of the tree."""
    rows = Organisation.objects.filter(is_active=True).order_by("path")
    return rows if actor.sees_all else rows.filter(pk__in=actor.organisation_ids or ())


def recent_timeline(subject_kind: str, subject_id: int) -> Timeline:
    """The latest facts about a subject (two queries)."""
    entries = timeline(list(events_of(subject_kind, subject_id)[:_RECENT]))
    return Timeline(
        [
            TimelineEntry(
                at=each.at,
                title=each.title,
                detail=each.detail,
                who=each.who,
                door=DOORS.get(each.door, each.door),
                icon=each.icon,
            )
            for each in entries
        ]
    )


def lines(pieces: Iterable[SafeString]) -> SafeString:
    """Pieces of a panel below each other."""
    return format_html('<ul class="list-unstyled">{}</ul>', format_html_join("", "<li>{}</li>", ((p,) for p in pieces)))
