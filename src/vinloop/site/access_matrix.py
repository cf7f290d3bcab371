"""Who may open what: every address of the product against every shipped role.

Enumerated from the URL resolver and the API's controllers, never from a list kept by hand, so that a new address is
in it at once. ``docs/access-matrix.md`` is its committed form; ``python -m django access_matrix --write`` refreshes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from vinloop.kernel.access.gate import Access, access_of
from vinloop.kernel.accounts.roles import BUILT_IN, shipped_permissions
from vinloop.kernel.api import ApiController

_ABOUT = """\
# Who may open what

Made by `python -m django access_matrix --write docs/access-matrix.md` from the addresses and their gates; a test
compares it. *anybody* needs no log-in, *member* is whoever has a place in an organisation. A ✓ says that the role as
shipped passes the gate; which rows it then sees is decided by its organisation (docs/security-model.md). Where no
method is named, the page itself says which it takes. `/live` (session or token; only facts of one's organisations) and
`/static/` (public files) are served before these addresses.
"""


@dataclass(frozen=True, slots=True)
class Route:
    """One address with one gate. ``access`` None: it has no gate, which a test refuses."""

    path: str
    name: str
    access: Access | None
    methods: tuple[str, ...]
    is_api: bool
    parameters: dict[str, Any]

    @property
    def room(self) -> str:
        """Where the matrix lists it: the screens of a room, the API, or the public site."""
        words = self.path.split("/")
        if words[1] == "desk":
            return "/".join(words[:3]) if words[2] and "<" not in words[2] else "/desk"
        return f"/{words[1]}" if words[1] in {"accounts", "api", "in"} else "/"


def list_routes() -> list[Route]:
    """Every address of the product, in the resolver's order; an API address once per permission."""
    return [
        route for pattern, path, name in _patterns(get_resolver(), "", "") for route in _routes(pattern, path, name)
    ]


def opens(permissions: set[str], access: Access) -> bool:
    """Whether these permissions pass the gate."""
    return access.is_public or access.permission is None or access.permission in permissions


def render_matrix() -> str:
    """The matrix as Markdown."""
    lines = [_ABOUT]
    ordered = sorted(list_routes(), key=lambda route: (route.room, route.path, route.methods))
    for room, routes in groupby(ordered, key=lambda route: route.room):
        lines += [f"## {room}", "", *_section(list(routes))]
    return "\n".join(lines)


def _patterns(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[URLPattern, str, str]]:
    for each in resolver.url_patterns:
        path = prefix + _written(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _patterns(each, path, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield each, path, f"{space}{each.name or ''}"


def _written(pattern: str) -> str:
    """A regular expression as an address people can read: named groups in angle brackets."""
    return re.sub(r"\(\?P(<\w+>)[^()]*\)", r"\1", pattern).replace("^", "").replace("$", "")


def _routes(pattern: URLPattern, path: str, name: str) -> Iterator[Route]:
    view: Callable[..., Any] = pattern.callback
    parameters = dict(pattern.pattern.converters) or dict.fromkeys(pattern.pattern.regex.groupindex)
    controller = getattr(view, "view_class", None)
    if not (isinstance(controller, type) and issubclass(controller, ApiController)):
        access = access_of(view)
        yield Route(f"/{path}", name, access, access.methods if access else (), False, parameters)
        return
    for method, access in sorted(controller.access.items()):
        yield Route(f"/{path}", name, access, (method,), True, parameters)


def _section(routes: Sequence[Route]) -> Iterator[str]:
    for words, chosen in (
        ("No gate", [r for r in routes if r.access is None]),
        ("Anybody", [r for r in routes if r.access and r.access.is_public]),
        ("Any member", [r for r in routes if r.access and not r.access.is_public and r.access.permission is None]),
    ):
        if chosen:
            yield from (f"{words}: {' · '.join(_address(route) for route in chosen)}", "")
    guarded = [route for route in routes if route.access and route.access.permission]
    if guarded:
        yield from (*_table(guarded), "")


def _table(routes: Sequence[Route]) -> Iterator[str]:
    codes = [role.code for role in BUILT_IN]
    yield "| address | asks for | " + " | ".join(code.replace("_", " ") for code in codes) + " |"
    yield "|---|---|" + "---|" * len(codes)
    held = [shipped_permissions(code) or set() for code in codes]
    for route in routes:
        marks = ["✓" if route.access and opens(permissions, route.access) else "" for permissions in held]
        asked = route.access.permission if route.access else ""
        yield f"| {_address(route)} | `{asked}` | " + " | ".join(marks) + " |"


def _address(route: Route) -> str:
    return " ".join([*route.methods, f"`{route.path}`"])
