"""A lead's page: facts left, what happened with it in panels, the timeline right."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.consents import consent_badges
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.events.queries import events_of
from vinloop.kernel.web.history import event_timeline, timeline_part
from vinloop.kernel.web.record import Crumb, Record, Timeline, record_trigger
from vinloop.kernel.web.slots import slot_panels
from vinloop.leads.events import LeadNotFound
from vinloop.leads.models import Lead
from vinloop.leads.panels import lead_panels
from vinloop.leads.queries.leads import READ, get_lead
from vinloop.leads.queries.story import LeadStory, lead_story
from vinloop.leads.views import lead_head
from vinloop.leads.views.lead_facts import fact_groups, notice
from vinloop.leads.views.rows import level_badge, status_badge
from vinloop.leads.words import dealer_words

GROUPS = ("contacts", "sales", "changes")


def lead_or_404(actor: Actor, ref: str) -> Lead:
    """The lead, or the page that says there is none in sight."""
    try:
        return get_lead(actor, ref)
    except LeadNotFound as error:
        raise Http404 from error


def story_or_404(actor: Actor, ref: str) -> LeadStory:
    """The lead with its story, or the page that says there is none in sight."""
    try:
        return lead_story(actor, ref)
    except LeadNotFound as error:
        raise Http404 from error


@screen(READ)
def lead_page(request: ActorRequest, ref: str) -> HttpResponse:
    """Everything about one lead, and what can be done with it now."""
    actor, now = request.actor, timezone.now()
    story = story_or_404(actor, ref)
    lead = story.lead
    happened = lead_head.Happened(bool(story.drives), bool(story.quotes))
    clock_at, clock_label = story.clock
    record = Record(
        title=lead.customer.name or _("Name not known"),
        ref=lead.ref,
        subtitle=dealer_words(lead),
        crumbs=[Crumb(_("Leads"), reverse("leads:lead_list"))],
        steps=lead_head.steps(lead),
        owner=lead.consultant.label if lead.consultant else "",
        clock_at=clock_at,
        clock_label=clock_label,
        badges=[level_badge(lead), status_badge(lead)],
        actions=lead_head.actions(actor, lead, happened, now),
        facts=fact_groups(lead, story.external_ids),
        panels=[*lead_panels(request, story), *slot_panels("leads.lead_page", request, lead)],
        timeline=_timeline(request, lead),
        notice=notice(lead),
        notice_tone="soon" if lead.status == "lost_pending" else "info",
        live=record_trigger(lead.ref),
    )
    return render(request, "leads/lead_page.html", {"record": record, **customer_context(actor, story)})


@screen(READ)
def lead_timeline(request: ActorRequest, ref: str) -> HttpResponse:
    """The timeline alone: another kind, or earlier days."""
    return timeline_part(request, _timeline(request, lead_or_404(request.actor, ref)))


def customer_context(actor: Actor, story: LeadStory) -> dict[str, Any]:
    """What the customer's card shows: how to reach them, and what they allowed."""
    lead = story.lead
    may_open = actor.may("customers.customer:read")
    return {
        "lead": lead,
        "customer": lead.customer,
        "customer_url": reverse("customers:customer_page", args=[lead.customer.ref]) if may_open else "",
        "reach": story.reach,
        "consents": consent_badges(story.consents),
        "may_unmask": actor.may(UNMASK),
    }


def _timeline(request: ActorRequest, lead: Lead) -> Timeline:
    url = reverse("leads:lead_timeline", args=[lead.ref])
    live = record_trigger(lead.ref)
    return event_timeline(request, events_of("leads.lead", lead.pk), url=url, live=live, groups=GROUPS)
