"""Where a visitor came from: first and last touch, kept from the landing on in one signed first-party cookie.

The cookie holds campaign words and the page that linked here, no identifier of a person.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "vl_from"
_SALT = "vinloop.portal.attribution"
_SECONDS = 90 * 24 * 3600
_LONGEST = 60
_LONGEST_ADDRESS = 200
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One arrival on the site. ``referrer`` has no query string: other sites put people's words there."""

    campaign: str = ""
    source: str = ""
    medium: str = ""
    referrer: str = ""
    page: str = ""

    @property
    def is_direct(self) -> bool:
        """Nothing says where the visitor came from."""
        return not (self.campaign or self.source or self.medium or self.referrer)


@dataclass(frozen=True, slots=True)
class Origin:
    """First and last touch of a visitor."""

    first: Arrival = Arrival()
    last: Arrival = Arrival()

    @property
    def campaign(self) -> str:
        """The campaign the lead counts for: the last one met."""
        return self.last.campaign or self.first.campaign

    @property
    def referrer(self) -> str:
        """The page outside that brought the visitor."""
        return self.last.referrer or self.first.referrer

    def as_extra(self) -> dict[str, Any]:
        """Both touches for the lead's record, without empty values."""
        return {"first_touch": _filled(self.first), "last_touch": _filled(self.last)}


def origin_of(request: HttpRequest) -> Origin:
    """Where this visitor came from, this very request included."""
    known, arrival = _known(request), arrival_of(request)
    if known is None:
        return Origin(arrival, arrival)
    return known if arrival.is_direct else Origin(known.first, arrival)


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Keep first and last touch, if this request adds to them."""
    origin = origin_of(request)
    if request.method != "GET" or _known(request) == origin:
        return
    value = signing.dumps([list(asdict(each).values()) for each in (origin.first, origin.last)], salt=_SALT)
    response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure())


def arrival_of(request: HttpRequest) -> Arrival:
    """What the request itself says: utm parameters (``campaign`` as their short form) and the linking page."""
    said = request.GET
    return Arrival(
        campaign=_clean(said.get("utm_campaign") or said.get("campaign") or ""),
        source=_clean(said.get("utm_source", "")),
        medium=_clean(said.get("utm_medium", "")),
        referrer=_outside(request),
        page=_clean(request.path, _LONGEST_ADDRESS),
    )


def _known(request: HttpRequest) -> Origin | None:
    try:
        first, last = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_SECONDS)
        return Origin(Arrival(*first), Arrival(*last))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _outside(request: HttpRequest) -> str:
    """The linking page's address, if it is another site's."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.netloc == request.get_host():
        return ""
    return _clean(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", _LONGEST_ADDRESS)


def _clean(text: str, longest: int = _LONGEST) -> str:
    return _INVISIBLE.sub(" ", text).strip()[:longest]


def _filled(arrival: Arrival) -> dict[str, str]:
    return {name: value for name, value in asdict(arrival).items() if value}
