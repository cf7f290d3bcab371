"""The dealer finder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, public_page
from vinloop.kernel.languages import in_language
from vinloop.network.queries import NearDealer, dealer_directory, find_dealers
from vinloop.portal.chrome import public
from vinloop.portal.hours import open_words, week_lines
from vinloop.portal.queries import city_label
from vinloop.portal.views.models import DEALER_COOKIE, finder_context
from vinloop.vehicles.queries import catalogue

_WEEK = 7 * 24 * 3600
_LONGEST = 80
# Beyond this nobody drives to a dealer; where there are none so near, the nearest few still help.
_FAR_KM, _FEW = 300, 3


@public_page()
def dealers(request: ActorRequest) -> HttpResponse:
    """Dealers near a place, or with a name; without a question all of them."""
    wanted = request.GET.get("q", "").strip()[:_LONGEST]
    brands = catalogue().own_brands
    brand = next((each for each in brands if each.code == request.GET.get("brand")), None)
    place, found = find_dealers(wanted, brand_id=brand.id if brand else None, limit=12 if wanted else 60)
    found = [each for place, each in enumerate(found) if place < _FEW or (each.distance_km or 0) <= _FAR_KM]
    context = {
        "q": wanted,
        "brand": brand,
        "place": in_language(place.city or place.province, place.city_en or place.province_en) if place else "",
        "rows": [_row(each) for each in found],
        "chosen": request.COOKIES.get(DEALER_COOKIE, ""),
        **finder_context(),
    }
    return public(request, "portal/dealers.html", context)


@public_page(methods=("POST",))
def choose_dealer(request: ActorRequest, code: str) -> HttpResponse:
    """Keep the dealer for the next form."""
    dealer = dealer_directory().by_code.get(code.casefold())
    if dealer is None:
        raise Http404(code)
    messages.success(request, _("%(dealer)s is your dealer. Now choose a model.") % {"dealer": dealer.label})
    response = HttpResponseRedirect(reverse("portal:model_list"))
    response.set_cookie(
        DEALER_COOKIE, dealer.code, max_age=_WEEK, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def _row(near: NearDealer) -> dict[str, Any]:
    schedule = near.dealer.schedule
    is_open, words = open_words(schedule, timezone.now())
    names = [brand.label for brand in catalogue().own_brands if brand.id in near.dealer.brand_ids]
    return {
        "dealer": near.dealer,
        "city": city_label(near.dealer),
        "km": None if near.distance_km is None else max(1, round(near.distance_km)),
        "hours": week_lines(schedule),
        "is_open": is_open,
        "open_words": words,
        "brands": ", ".join(names),
    }
