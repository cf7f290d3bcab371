"""What surrounds every public page: menu, foot, and the headers that keep private pages out of caches and indexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from vinloop.kernel.access.facts import root_organisation_id
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.identifiers import format_phone
from vinloop.kernel.settings import get_setting
from vinloop.network.schedules import schedule_of
from vinloop.portal import attribution
from vinloop.portal.hours import week_lines


def public(
    request: ActorRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    is_private: bool = False,
) -> HttpResponse:
    """A public page. ``is_private`` ones belong to one buyer: never stored, never indexed."""
    private = {"is_private": is_private, "site": site(request, request.actor.organisation_id)}
    response = render(request, template, {**context, **private}, status=status)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    if is_private:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    else:
        attribution.remember(request, response)
    return response


def site(request: Any, root_id: int | None = None) -> dict[str, Any]:
    """Brand, menu and foot for ``kernel/public_base.html``."""
    hotline = str(get_setting("portal.hotline"))
    root_id = root_id or root_organisation_id()
    return {
        "brand": get_setting("kernel.brand"),
        "accent": get_setting("kernel.accent"),
        "home_url": reverse("portal:home"),
        "menu": [_entry(request, _("Models"), "model_list"), _entry(request, _("Find a dealer"), "dealers")],
        "footer": [
            _entry(request, _("Help"), "help"),
            _entry(request, _("Privacy"), "privacy"),
            _entry(request, _("Legal notice"), "imprint"),
        ],
        "hotline": format_phone(hotline) if hotline else "",
        "hotline_hours": " · ".join(f"{line.days} {line.hours}" for line in week_lines(schedule_of(root_id))),
        "legal": get_setting("portal.imprint"),
    }


def _entry(request: Any, label: str, name: str) -> dict[str, Any]:
    url = reverse(f"portal:{name}")
    return {"label": label, "url": url, "is_active": request.path.startswith(url)}
