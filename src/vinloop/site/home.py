"""The first page of each role: its own work list for today, most urgent first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.menu import menu_for


@screen(None)
def desk(request: ActorRequest) -> HttpResponse:
    """Lead on to the work list; to one's own profile when the role has no screens."""
    return redirect(reverse(first_page(request.actor)))


def first_page(actor: Actor) -> str:
    """The URL name of the page an actor starts the day with.

    Reception stands in the showroom, who compares dealers looks at the board; everybody else begins with the first
    entry of the menu.
    """
    offered = [entry.url_name for entry in menu_for(actor)]
    if actor.may("leads.visit:record") and not actor.may("leads.lead:work") and "dealer:showroom" in offered:
        return "dealer:showroom"
    if actor.may("insight.network:read") and "insight:board" in offered:
        return "insight:board"
    return offered[0] if offered else "profile"
