"""What the administration's lists share: places in the address, filters, timelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.events.queries import events_of, timeline
from vinloop.kernel.models import Organisation
from vinloop.kernel.paging import CursorInvalid, paginate
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import Filter, Option
from vinloop.kernel.web.record import Timeline, TimelineEntry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)
_ROWS = 50
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


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows with the addresses of the pages before and after."""

    rows: list[M]
    next_url: str
    previous_url: str


def page_of(address: Address, queryset: QuerySet[M], order: Sequence[str]) -> Page[M]:
    """The page the address asks for; the first one when the place in it is none of ours."""
    cursor = address.get("after") or address.get("before") or None
    try:
        found = paginate(queryset, order, cursor=cursor, limit=_ROWS)
    except CursorInvalid:
        found = paginate(queryset, order, limit=_ROWS)
    return Page(
        found.items,
        next_url=address.url(after=found.next, before=None) if found.next else "",
        previous_url=address.url(before=found.previous, after=None) if found.previous else "",
    )


def select_filter(
    address: Address, name: str, label: StrOrPromise, options: Iterable[tuple[str, StrOrPromise]]
) -> Filter:
    """A filter that chooses one value; what is no choice is no filter."""
    choices = [Option(value, text) for value, text in options]
    value = address.get(name)
    chosen = next((option for option in choices if option.value == value), None)
    return Filter(
        name,
        label,
        options=choices,
        value=value if chosen else "",
        chip=f"{label}: {chosen.label}" if chosen else "",
        remove_url=address.url(**{name: None}),
    )


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
