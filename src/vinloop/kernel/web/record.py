"""What a record page shows: head, facts, panels and timeline; ``kernel/record.html`` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from django.utils import timezone
from django.utils.safestring import SafeString

from vinloop.kernel.web.cells import Tone
from vinloop.kernel.web.times import day_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Crumb:
    """The way back: the nearest list last."""

    label: StrOrPromise
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the record's way; ``at`` says when it was reached."""

    label: StrOrPromise
    state: Literal["done", "now", "next", "failed"]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the state table. ``get`` opens a page, ``post`` acts, ``drawer`` opens a form aside."""

    label: StrOrPromise
    url: str
    method: Literal["get", "post", "drawer"] = "get"
    is_primary: bool = False
    confirm: StrOrPromise = ""
    icon: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; with ``edit_url`` the value is edited in place (htmx loads the form there)."""

    label: StrOrPromise
    value: object
    edit_url: str = ""
    hint: StrOrPromise = ""
    history_url: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts that belong together, under a heading."""

    title: StrOrPromise
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Panel:
    """A block in the middle: ready-made ``html``, or ``url``, loaded when the panel comes into view."""

    title: StrOrPromise
    html: SafeString | str = ""
    url: str = ""
    key: str = ""
    action: Action | None = None
    is_open: bool = True
    live: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened: what, who did it, through which door (screen, API, ADF, e-mail…), when."""

    at: datetime
    title: StrOrPromise
    detail: object = ""
    who: StrOrPromise = ""
    door: StrOrPromise = ""
    icon: str = "point"
    tone: Tone = "neutral"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice among kinds of timeline entries."""

    label: StrOrPromise
    url: str
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """The first and last day a timeline shows, as ISO dates; either may be empty."""

    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries newest first. ``url`` is the address of the timeline partial; ``more_url`` of the next part.

    With a ``period`` the reader may choose the time shown; ``group`` is the kind chosen now.
    """

    entries: Sequence[TimelineEntry]
    chips: Sequence[Chip] = ()
    url: str = ""
    more_url: str = ""
    live: str = ""
    period: Period | None = None
    group: str = ""

    @property
    def days(self) -> list[tuple[str, list[TimelineEntry]]]:
        """The entries under their day's heading, in the reader's time zone."""
        now = timezone.now()
        by_day = groupby(self.entries, key=lambda entry: timezone.localtime(entry.at).date())
        return [(day_words(group[0].at, now), group) for group in (list(entries) for _, entries in by_day)]


def record_trigger(ref: str) -> str:
    """The htmx trigger of a piece that shows the thing with this ref: it changed, or we may have missed that."""
    return f"live:of:{ref} from:body delay:500ms, live:reconnected from:body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything ``kernel/record.html`` draws. ``clock_label`` names the deadline ``clock_at``.

    ``live`` is an htmx trigger (``record_trigger``): head and panels follow what others do, the facts stay as they
    are, because somebody may be typing in them.
    """

    title: StrOrPromise
    ref: str = ""
    subtitle: object = ""
    crumbs: Sequence[Crumb] = ()
    steps: Sequence[Step] = ()
    owner: StrOrPromise = ""
    clock_at: datetime | None = None
    clock_label: StrOrPromise = ""
    badges: Sequence[SafeString] = ()
    actions: Sequence[Action] = ()
    facts: Sequence[FactGroup] = ()
    panels: Sequence[Panel] = ()
    timeline: Timeline | None = None
    notice: StrOrPromise = ""
    notice_tone: Tone = "info"
    live: str = ""

    @property
    def primary(self) -> Action | None:
        """The likeliest next step."""
        return next((action for action in self.actions if action.is_primary), None)

    @property
    def more_actions(self) -> list[Action]:
        """Every other step, for the menu."""
        return [action for action in self.actions if action is not self.primary]
