"""What a nosy reader would ask: every address with somebody else's refs and numbers, every list with their words.

Everything is enumerated: addresses from the resolver, query names from the API's document and from the forms and
links of the pages themselves. A parameter nobody told us about raises, so that a new address can't be forgotten.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from tests.html import tree_of
from tests.site.isolation_world import Side

from vinloop.kernel.access.permissions import is_central
from vinloop.kernel.api.openapi import build_document
from vinloop.site.access_matrix import Route, list_routes
from vinloop.site.api_urls import ENDPOINTS

T = TypeVar("T")

# Whose ref an address takes, by what stands in the address.
_REF_KINDS = (
    (r"/customers/privacy/|/privacy-requests/", ("privacy",)),
    (r"/customers/asked/|/access-requests/", ("asked",)),
    (r"/(desk|api/v1)/customers/", ("customer",)),
    (r"/visits/", ("visit",)),
    (r"/test-drives/", ("drive",)),
    (r"/orders/of-lead/", ("lead", "waiting_lead")),
    (r"/orders/", ("order",)),
    (r"/sources/runs/|/sources/imports/", ("run",)),
    (r"/documents/|/import/|/sources/files/", ("document",)),
    (r"/messages/", ("message",)),
    (r"/leads/", ("lead", "waiting_lead")),
)
_NUMBER_KINDS = {
    "organisation_id": "organisation",
    "user_id": "user",
    "contact_id": "contact",
    "car_id": "car",
    "endpoint_id": "endpoint",
    "delivery": "delivery",
    "delivery_id": "delivery",
    "token_id": "token",
    "membership_id": "membership",
    "pair_id": "pair",
    "step_id": "step",
    "address_id": "address",
    "relation_id": "relation",
    "ownership_id": "ownership",
    "number_id": "record",
    "hidden_id": "contact address record",
}
# Parameters that name nothing a dealer owns.
_SHARED = {
    "file_format": ("csv", "xlsx"),
    "which": ("refused", "flagged"),
    "field": ("name", "phone"),
    "purpose": ("marketing",),
    "change": ("verify", "end"),
    "part": ("contact", "address", "identity"),
    "name": ("leads.duplicate_days",),
    "calendar_id": ("1",),
    "exception_id": ("1",),
    "session_id": ("1",),
    "token": ("none",),
    "uidb36": ("1",),
    "key": ("none",),
}
_CODES = ((r"/sources/", "source"), (r"/network/|/dealers/|/insight/", "dealer"), (r"/", "shared"))
# One ends the session, the other shows a new secret at every visit; neither shows anything a dealer owns.
_OTHER_EACH_TIME = ("/logout/", "/2fa/app/activate/")
_VOLATILE = re.compile(
    rb'csrfmiddlewaretoken"\s+value="[^"]+"|"X-CSRFToken"\s*:\s*"[^"]+"|&quot;X-CSRFToken&quot;:\s*&quot;[^&]+&quot;'
    rb'|csrf-token"\s+content="[^"]+"|name="once" value="[^"]+"'
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, without what differs from one request to the next by nature."""

    status: int
    location: str
    body: bytes


@dataclass(slots=True)
class Reader:
    """Somebody with a browser or a program."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", data: Any = None, **options: Any) -> Answer:
        """Send a request and reduce the answer to what must be the same every time."""
        send = getattr(self.client, method.lower())
        response = (
            send(path, data, headers=self.headers, **options)
            if data is not None
            else send(path, headers=self.headers, **options)
        )
        return Answer(response.status_code, response.headers.get("Location", ""), _masked(response))


def _masked(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        body = response.getvalue()
    else:
        body = bytes(getattr(response, "content", b""))
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("docProps/"))
    return _VOLATILE.sub(lambda found: b"masked" + (b'"' if found[0].endswith(b'"') else b""), body)


def routes_taking(method: str) -> list[Route]:
    """Addresses of the product that take the method, or do not say."""
    return [
        route
        for route in list_routes()
        if route.path.startswith(("/desk/", "/api/v1/", "/accounts/"))
        and (method in route.methods or (not route.methods and route.access and not route.is_api))
        and not route.path.endswith(_OTHER_EACH_TIME)
    ]


def foreign_addresses(route: Route, ours: Side, theirs: Side) -> Iterator[str]:
    """The address with their values in at least one place."""
    yield from (path for path, is_theirs in _addresses(route, ours, theirs) if is_theirs)


def centrals_own(method: str, ours: Side, theirs: Side) -> set[str]:
    """Addresses with their values that only headquarters may open: whoever else asks hears 403, thing or no thing."""
    routes = [route for route in routes_taking(method) if route.access and is_central(route.access.permission or "")]
    return {path for route in routes for path in foreign_addresses(route, ours, theirs)}


def own_addresses(route: Route, ours: Side) -> Iterator[str]:
    """The address with our values everywhere, or as it is when it takes none."""
    yield from (path for path, _is_theirs in _addresses(route, ours, None))


def _addresses(route: Route, ours: Side, theirs: Side | None) -> Iterator[tuple[str, bool]]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    choices = []
    for name in names:
        mine = [(value, False) for value in _values(route, name, ours)]
        alien = [(value, True) for value in _values(route, name, theirs)] if theirs else []
        choices.append([*(each for each in alien if (each[0], False) not in mine), *mine])
    for chosen in itertools.product(*choices):
        path = route.path
        for name, (value, _alien) in zip(names, chosen, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", value, path, count=1)
        yield path, any(alien for _value, alien in chosen)


def _values(route: Route, name: str, side: Side) -> list[str]:
    if name in {"ref", "lead_ref", "old_ref"}:
        kinds = next(kinds for pattern, kinds in _REF_KINDS if re.search(pattern, route.path))
        return [side.refs[kind] for kind in kinds]
    if name == "id":
        return [str(side.numbers["endpoint"])]
    if name in _NUMBER_KINDS:
        return [str(side.numbers[kind]) for kind in _NUMBER_KINDS[name].split()]
    if name == "vin":
        return [side.identity.vin]
    if name in {"code", "organisation"}:
        kind = next(kind for pattern, kind in _CODES if re.search(pattern, route.path))
        known = {"source": side.refs.get("source", "none"), "dealer": side.dealer.code}
        return [known.get(kind, "none")]
    if name in _SHARED:
        return list(_SHARED[name])
    raise LookupError(f"{route.path}: say in isolation_requests.py whose {name!r} this is")


def needles(side: Side) -> list[str]:
    """Words by which somebody would search for them."""
    who = side.identity
    words = [who.name, who.phone, who.phone[-4:], who.email, who.vin, who.vin[-6:], who.plate, who.demo_plate]
    return [*words, who.external_id, who.word, *side.refs.values()]


def api_questions(side: Side) -> Iterator[str]:
    """Every list of the API with every parameter set to each of their words."""
    for path, item in build_document(ENDPOINTS)["paths"].items():
        if "get" not in item or "{" in path:
            continue
        for parameter in item["get"].get("parameters", ()):
            for value in _said_about(side, parameter):
                yield f"{path}?{urlencode({parameter['name']: value})}"


def _said_about(side: Side, parameter: dict[str, Any]) -> list[str]:
    if parameter["name"] in {"limit", "cursor"}:
        return []
    if parameter["name"] == "dealer":
        return [side.dealer.code]
    if parameter["name"] in {"q", "external_id"}:
        return needles(side)
    return [side.dealer.code, str(side.numbers["user"])]


def screen_questions(path: str, page: bytes, side: Side) -> Iterator[str]:
    """The page again, each of its filters set to their words and numbers."""
    for name in sorted(_query_names(path, page)):
        values = needles(side) if name in {"q", "search", "text"} else _choices(side)
        for value in values:
            yield f"{path}?{urlencode({name: value})}"


def _choices(side: Side) -> list[str]:
    numbers = ("user", "organisation", "car")
    return [side.dealer.code, side.manager.username, *(str(side.numbers[kind]) for kind in numbers)]


def _query_names(path: str, page: bytes) -> set[str]:
    if not page.lstrip().startswith(b"<"):
        return set()
    tree = tree_of(page)
    links = tree.xpath("//@href | //@hx-get")
    found = {str(name) for form in tree.xpath("//form") if _asks_again(form, path) for name in form.xpath(".//@name")}
    for link in map(str, links):
        if urlsplit(link).path in {"", path}:
            found |= {name for name, _value in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
    return found - {"cursor", "csrfmiddlewaretoken", "next"}


def _asks_again(form: Any, path: str) -> bool:
    return form.get("method", "get").lower() == "get" and form.get("action", "") in {"", path}


def unique(asked: Iterable[T]) -> list[T]:
    """Each once, in order."""
    return list(dict.fromkeys(asked))
