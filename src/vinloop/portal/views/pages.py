"""Short pages, and what search engines ask for."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from vinloop.kernel.access.facts import root_organisation_id
from vinloop.kernel.access.gate import ActorRequest, public_page
from vinloop.kernel.settings import get_setting
from vinloop.network.schedules import schedule_of
from vinloop.portal.chrome import public, site
from vinloop.portal.hours import week_lines
from vinloop.portal.queries import shown_models

_PRIVATE = ("/my/", "/thanks/", "/desk/", "/accounts/", "/api/", "/in/", "/live")
_STAFF = ("/desk/", "/accounts/", "/api/", "/in/", "/live")


@public_page()
def help_page(request: ActorRequest) -> HttpResponse:
    """Answers to what buyers ask."""
    schedule = schedule_of(request.actor.organisation_id)
    context = {"hours": week_lines(schedule), "call_minutes": get_setting("portal.call_minutes")}
    return public(request, "portal/help.html", context)


@public_page()
def privacy(request: ActorRequest) -> HttpResponse:
    """What we keep, why, and how to stop it."""
    return public(request, "portal/privacy.html", {})


@public_page()
def imprint(request: ActorRequest) -> HttpResponse:
    """Who runs this site."""
    return public(request, "portal/imprint.html", {})


@public_page()
def robots(request: ActorRequest) -> HttpResponse:
    """What search engines may read."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _PRIVATE),
        f"Sitemap: {_whole(reverse('portal:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page()
def sitemap(request: ActorRequest) -> HttpResponse:
    """Every public page."""
    names = ("home", "model_list", "dealers", "help", "privacy", "imprint")
    paths = [reverse(f"portal:{name}") for name in names]
    paths += [reverse("portal:model", args=[each.model.code]) for each in shown_models()]
    urls = "".join(f"<url><loc>{escape(_whole(path))}</loc></url>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for everybody: on the public site with the way back into the shop, elsewhere the kit's own page."""
    if request.path.startswith(_STAFF):
        return render(request, "404.html", status=404)
    return render(request, "portal/not_found.html", {"site": site(request, root_organisation_id())}, status=404)


def _whole(path: str) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
