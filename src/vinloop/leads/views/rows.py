"""A lead as a row of the list on screen, and of what a search finds."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.web import cells
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.kernel.web.times import due_in
from vinloop.leads.models import Lead
from vinloop.leads.queries.desk import due_of, masked_phone_of
from vinloop.leads.words import car_words, dealer_words

STATUS_TONES: dict[str, cells.Tone] = {
    "new": "info", "nurture": "muted", "ready": "soon", "dispatched": "soon", "accepted": "info", "working": "info",
    "lost_pending": "soon", "ordered": "good", "delivered": "good", "lost": "muted", "invalid": "muted",
}  # fmt: skip
CLOSED = (Lead.Status.LOST, Lead.Status.INVALID, Lead.Status.DELIVERED)
LEVEL_TONES: dict[str, cells.Tone] = {"H": "overdue", "A": "soon", "B": "info", "O": "good", "D": "good"}


def columns(actor: Actor) -> list[Column]:
    """The columns for whoever asks; a dealer needs no column of dealers."""
    here = actor.organisation_kind == "dealer"
    return [
        Column("customer", _("Customer")),
        Column("car", _("Interest")),
        Column("level", _("Level")),
        Column("status", _("Status")),
        Column("due", pgettext("deadline", "Due"),
               hint=_("Verification, acceptance, first contact or follow-up, whichever counts now")),
        Column("dealer", _("Dealer"), is_shown=not here, is_on_phone=not here),
        Column("consultant", _("Consultant"), is_shown=here, is_on_phone=here),
        Column("source", _("Source"), is_on_phone=False),
        Column("received", _("Received")),
        Column("contacted", _("Last contact"), is_shown=False, is_on_phone=False),
        Column("response", _("Response time"), align="end", is_shown=False, is_on_phone=False,
               hint=_("Business time from the dispatch to the first human contact")),
        Column("city", _("City"), is_shown=False, is_on_phone=False),
        Column("touches", _("Touches"), align="end", is_shown=False, is_on_phone=False),
        Column("ref", _("Reference"), is_shown=False, is_on_phone=False),
    ]  # fmt: skip


def row(lead: Lead, now: datetime) -> Row:
    """The lead on screen."""
    due = due_of(lead)
    tone: cells.Tone = "neutral"
    if due is not None:
        urgency = due_in(due, now).urgency
        tone = urgency if urgency != "later" else "neutral"
    return Row(
        reverse("leads:lead_page", args=[lead.ref]),
        [
            _customer(lead), car_words(lead), level_badge(lead), status_badge(lead),
            cells.due(due, now) if due else "", dealer_words(lead),
            lead.consultant.label if lead.consultant else "", _source(lead), cells.ago(lead.received_at, now),
            cells.ago(lead.last_contacted_at, now), response_words(lead.response_seconds), lead.city,
            str(lead.touch_count), lead.ref,
        ],
        ref=lead.ref,
        tone=tone,
        label=lead.customer.name or lead.ref,
    )  # fmt: skip


def finder_columns() -> list[Column]:
    """The columns of a lead among everything a search finds."""
    return [
        Column("customer", gettext_lazy("Customer")),
        Column("car", gettext_lazy("Interest")),
        Column("status", gettext_lazy("Status")),
        Column("dealer", gettext_lazy("Dealer"), is_on_phone=False),
        Column("received", gettext_lazy("Received")),
        Column("ref", gettext_lazy("Reference"), is_on_phone=False),
    ]


def finder_row(lead: Lead) -> Row:
    """A lead among everything a search finds."""
    return Row(
        reverse("leads:lead_page", args=[lead.ref]),
        [
            _customer(lead), car_words(lead), status_badge(lead), dealer_words(lead), cells.ago(lead.received_at),
            lead.ref,
        ],
        ref=lead.ref,
        label=lead.customer.name or lead.ref,
    )  # fmt: skip


def level_badge(lead: Lead) -> SafeString:
    """The level, and whether the lead is hot; nothing burns any more once it is closed."""
    return _level_badge(lead.level, lead.is_hot and lead.status not in CLOSED, get_language() or "")


def status_badge(lead: Lead) -> SafeString:
    """Where the lead stands."""
    return _status_badge(lead.status, get_language() or "")


# A list shows the same few badges in every row: each is made once per language.
@lru_cache(maxsize=200)
def _level_badge(level: str, is_hot: bool, language: str) -> SafeString:
    label = Lead.Level(level).label if level in Lead.Level else level
    mark = format_html(
        '<span class="vl-badge tone-{}" title="{}">{}</span>', LEVEL_TONES.get(level, "neutral"), label, level
    )
    return format_html("{} {}", mark, cells.badge(_("Hot"), "overdue", "flame")) if is_hot else mark


@lru_cache(maxsize=200)
def _status_badge(status: str, language: str) -> SafeString:
    label = Lead.Status(status).label if status in Lead.Status else status
    return cells.badge(label, STATUS_TONES.get(status, "neutral"))


def response_words(seconds: int | None) -> str:
    """Business time to the first human contact."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 120:
        return _("%(n)s min") % {"n": minutes}
    return _("%(n)s h") % {"n": round(minutes / 60)}


def _customer(lead: Lead) -> SafeString:
    return cells.two_lines(lead.customer.name or _("Name not known"), masked_phone_of(lead) or lead.ref)


def _source(lead: Lead) -> str | SafeString:
    return cells.two_lines(lead.source.label, lead.campaign.label) if lead.campaign else lead.source.label
