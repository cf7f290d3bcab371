"""The first page of each role: its own work list, which its menu names first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.menu import menu_for


@screen(None)
def desk(request: ActorRequest) -> HttpResponse:
    """Lead on to the work list; to one's own profile when the role has no screens."""
    entries = menu_for(request.actor)
    return redirect(reverse(entries[0].url_name) if entries else reverse("profile"))
