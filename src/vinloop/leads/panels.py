"""The panels that show what happened with a lead, and this room's panel on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.customers.models import Customer
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.identifiers import Money
from vinloop.kernel.web.history import door_words
from vinloop.kernel.web.slots import NextStep, Panel
from vinloop.leads.models import Lead, Quote, Touch
from vinloop.leads.queries.desk import due_of, with_row_facts
from vinloop.leads.queries.leads import READ, scoped
from vinloop.leads.queries.named import named
from vinloop.leads.queries.preview import Candidate
from vinloop.leads.queries.story import LeadStory
from vinloop.leads.views.rows import level_badge, status_badge
from vinloop.leads.words import REFUSED_DEALERS, SCORE_PARTS, STEP_WORDS, car_words, dealer_words
from vinloop.network.queries import dealer_directory
from vinloop.vehicles.words import trim_words

OF_CUSTOMER = 10


def lead_panels(request: ActorRequest, story: LeadStory) -> list[Panel]:
    """The panels of the lead's page, most telling first; empty ones are left out."""
    found = [
        _panel(request, "contacts", _("Contacts"), {"contacts": story.contacts}, story.contacts),
        _panel(request, "drives", _("Test drives"), _drives(request.actor, story), story.drives),
        _panel(request, "quotes", _("Quotes"), {"quotes": _priced(story.quotes)}, story.quotes),
        _panel(request, "dealer", _("Dealer and deadlines"), _dealer(request.actor, story), story.assignments),
        _panel(request, "touches", _("Enquiries"), {"touches": _touches(story)}, story.touches),
    ]
    return [panel for panel in found if panel is not None]


def _drives(actor: Actor, story: LeadStory) -> dict[str, Any]:
    """The test drives; whoever runs them gets to their pages."""
    return {"drives": story.drives, "may_open": actor.may("leads.test_drive:manage")}


def leads_of_customer(request: ActorRequest, customer: Customer) -> Panel | None:
    """The customer's leads on the customer's page, those in work first; one query."""
    rows = scoped(request.actor, Lead.objects.filter(customer_id=customer.pk))
    rows = with_row_facts(named(rows.select_related("dealer", "consultant")))
    found = list(rows.order_by(F("closed_at").desc(nulls_first=True), "-received_at", "-id")[:OF_CUSTOMER])
    if not found or not request.actor.may(READ):
        return None
    html = render_to_string("leads/_customer_leads.html", {"leads": [_line(lead) for lead in found]}, request=request)
    return Panel(title=_("Leads"), html=html, key="leads", step=_step(found))


def _step(found: Sequence[Lead]) -> NextStep | None:
    """The open lead with the earliest deadline, one without a deadline last."""
    steps = [
        NextStep(STEP_WORDS[each.status], reverse("leads:lead_page", args=[each.ref]), each.ref, due_of(each))
        for each in found
        if each.status in STEP_WORDS
    ]
    return min(steps, key=lambda step: (step.due_at is None, step.due_at or found[0].received_at), default=None)


def explanation_rows(actor: Actor, explanation: dict[str, Any]) -> list[dict[str, Any]]:
    """The dealers that were weighed, with the parts of their scores; only those the actor may know of."""
    directory = dealer_directory()
    candidates = [each for each in explanation.get("candidates", []) if actor.sees(each["dealer_id"])]
    most = max((abs(points) for each in candidates for points in each["parts"].values()), default=1.0) or 1.0
    return [
        {
            "name": directory[each["dealer_id"]].label if each["dealer_id"] in directory else each["name"],
            "total": each["total"],
            "distance_km": each.get("distance_km"),
            "parts": _parts(each["parts"], most),
        }
        for each in candidates
    ]


def candidate_rows(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """The dealers that would be asked, as ``_candidates.html`` draws them."""
    most = max((abs(points) for each in candidates for points in each.parts.values()), default=1.0) or 1.0
    return [
        {
            "name": each.name,
            "total": each.total,
            "distance_km": each.distance_km,
            "open_leads": each.open_leads,
            "parts": _parts(each.parts, most),
        }
        for each in candidates
    ]


def refused_words(explanation: dict[str, Any]) -> list[str]:
    """How many dealers were left out, and why."""
    refused = explanation.get("refused", {})
    return [f"{count} {REFUSED_DEALERS.get(reason, reason)}" for reason, count in refused.items()]


def _parts(parts: Mapping[str, float], most: float) -> list[dict[str, Any]]:
    return [_part(name, points, most) for name, points in sorted(parts.items(), key=lambda part: -part[1])]


def _part(name: str, points: float, most: float) -> dict[str, Any]:
    width = round(100 * abs(points) / most)
    return {"label": SCORE_PARTS.get(name, name), "points": points, "width": width, "is_minus": points < 0}


def _panel(request: ActorRequest, key: str, title: str, context: dict[str, Any], rows: list[Any]) -> Panel | None:
    if not rows:
        return None
    html = render_to_string(f"leads/_lead_{key}.html", context, request=request)
    return Panel(title=title, html=html, key=key)


def _dealer(actor: Actor, story: LeadStory) -> dict[str, Any]:
    directory = dealer_directory()
    latest = story.assignments[0].explanation if story.assignments else {}
    return {
        "assignments": [
            (each, directory[each.owner_id].label if each.owner_id in directory else "") for each in story.assignments
        ],
        "candidates": explanation_rows(actor, latest),
        "refused": refused_words(latest) if actor.sees_all else [],
        "by_person": latest.get("chosen_by") == "person",
    }


def _priced(quotes: list[Quote]) -> list[tuple[Quote, Money, str]]:
    return [(each, Money(each.price, each.currency), trim_words(each.car_model, each.trim)) for each in quotes]


def _touches(story: LeadStory) -> list[tuple[Touch, str]]:
    return [(each, door_words(each.door)) for each in story.touches]


def _line(lead: Lead) -> dict[str, Any]:
    badges: list[SafeString] = [status_badge(lead), level_badge(lead)]
    return {
        "lead": lead,
        "car": car_words(lead),
        "dealer": dealer_words(lead),
        "badges": badges,
        "due": due_of(lead),
    }
