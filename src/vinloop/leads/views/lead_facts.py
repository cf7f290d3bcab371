"""What a lead's page says at the left: the wish, where it came from, what was handed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinloop.kernel.identifiers import Money
from vinloop.kernel.languages import in_language
from vinloop.kernel.web import cells
from vinloop.kernel.web.history import door_words
from vinloop.kernel.web.record import Fact, FactGroup
from vinloop.leads.models import Lead
from vinloop.leads.words import car_words
from vinloop.network.queries import place_words
from vinloop.vehicles.words import trim_words

_IN_DAYS = re.compile(r"(\d+) days")


def fact_groups(lead: Lead, external_ids: Sequence[str]) -> list[FactGroup]:
    """The groups of facts; what nobody said is left out, except what a seller must know."""
    groups = [FactGroup(_("Interest"), _interest(lead)), FactGroup(_("Origin"), _origin(lead, external_ids))]
    words = _words(lead)
    return [*groups, FactGroup(_("In their words"), words)] if words else groups


def notice(lead: Lead) -> str:
    """What everybody who opens the lead must know first."""
    if lead.status in ("lost_pending", "lost", "invalid") and lead.lost_reason:
        parts = [lead.lost_reason.label, lead.lost_competitor, lead.lost_note]
        reason = " · ".join(part for part in parts if part)
        if lead.status == "lost_pending":
            return _("Reported as lost: %(reason)s") % {"reason": reason}
        return _("Closed: %(reason)s") % {"reason": reason}
    if lead.touch_count > 1 and not lead.closed_at:
        return _("This person got in touch %(n)s times in the last few weeks.") % {"n": lead.touch_count}
    return ""


def trade_in_words(facts: dict[str, Any]) -> str:
    """The car the customer would trade in, in one line."""
    parts = [str(facts.get(name) or "") for name in ("year", "make", "model")]
    kilometres = facts.get("odometer_km")
    if kilometres:
        parts.append(f"{kilometres:,} km" if isinstance(kilometres, int) else f"{kilometres} km")
    return " ".join(part for part in parts if part)


def budget_words(lead: Lead) -> str:
    """The budget as a range."""
    low, high = (None if each is None else cells.money(Money(each, lead.currency)) for each in _budget(lead))
    if low and high:
        return format_html("{} – {}", low, high)
    if high:
        return format_html(_("up to {}"), high)
    return format_html(_("from {}"), low) if low else ""


def _budget(lead: Lead) -> tuple[int | None, int | None]:
    return lead.budget_low, lead.budget_high


def _interest(lead: Lead) -> list[Fact]:
    trim = trim_words(lead.car_model, lead.trim)
    details = " ".join(str(part) for part in (lead.model_year, trim) if part)
    wished = lead.wished_dealer
    upsell = lead.upsell_model
    facts = [
        Fact(_("Wants to"), lead.get_interest_display()),
        Fact(_("Model"), car_words(lead)),
        Fact(_("Details"), details),
        Fact(_("Expects to order by"), str(lead.expected_order_on or "")),
        Fact(_("Timeframe"), timeframe_words(lead.timeframe_text)),
        Fact(_("Budget"), budget_words(lead)),
        Fact(_("Trade-in"), trade_in_words(lead.trade_in)),
        Fact(_("Preferred dealer"), in_language(wished.name, wished.name_en) if wished else ""),
        Fact(_("Also interested in"), upsell.label if upsell else ""),
        Fact(_("VIN"), lead.vin),
    ]
    always = {_("Wants to"), _("Model"), _("Expects to order by"), _("Budget"), _("Trade-in")}
    return [fact for fact in facts if fact.value or fact.label in always]


def timeframe_words(text: str) -> str:
    """What the public form says in days, in the reader's words; what somebody wrote stays as it was written."""
    if text.startswith("later, about"):
        return _("Later")
    found = _IN_DAYS.fullmatch(text)
    if found is None:
        return text
    days = int(found[1])
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": f"≤ {days}"}


def _origin(lead: Lead, external_ids: Sequence[str]) -> list[Fact]:
    facts = [
        Fact(_("Source"), lead.source.label),
        Fact(_("Campaign"), lead.campaign.label if lead.campaign else ""),
        Fact(_("Received"), cells.ago(lead.received_at)),
        Fact(_("Arrived"), door_words(lead.door)),
        Fact(_("Referrer"), lead.referrer),
        Fact(_("Their reference"), "" if lead.door == "portal" else ", ".join(external_ids)),
        Fact(_("City"), place_words(lead.city)),
    ]
    return [fact for fact in facts if fact.value]


def _words(lead: Lead) -> list[Fact]:
    facts = [Fact(_("Customer's comment"), lead.comments), Fact(_("Note for the dealer"), lead.handover_note)]
    return [fact for fact in facts if fact.value]
