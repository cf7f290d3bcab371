"""How a screen gets its actor. A view without a gate fails the permission matrix test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.access.facts import load_actor, visitor_actor
from vinloop.kernel.access.permissions import known_permission
from vinloop.kernel.access.scope import acting
from vinloop.kernel.models import User
from vinloop.kernel.once import form_once

P = ParamSpec("P")
ORGANISATION_KEY = "organisation_id"


class ActorRequest(HttpRequest):
    """A request whose actor is known and whose rows are scoped."""

    actor: Actor
    user: User


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of whoever opens it; read by the permission matrix."""

    permission: str | None
    is_public: bool = False
    methods: tuple[str, ...] = ()  # empty: the view itself says which it takes


_access: dict[Callable[..., HttpResponseBase], Access] = {}

View = Callable[Concatenate[ActorRequest, P], HttpResponseBase]
RawView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def screen(permission: str | None, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View[P]], RawView[P]]:
    """A page for people who are logged in and hold ``permission`` (``None``: any member).

    The view runs in one transaction with the actor's scope in force. HEAD is allowed where GET is.
    """

    def decorate(view: View[P]) -> RawView[P]:
        @wraps(view)
        def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            refusal = _refuse_method(request, methods)
            if refusal is not None:
                return refusal
            if not request.user.is_authenticated:
                return _to_login(request)
            actor = actor_of_session(request)
            if permission is not None:
                known_permission(permission)
                actor.require(permission)
            return _run(view, request, actor, *args, **kwargs)

        _access[gated] = Access(permission, methods=methods)
        return cast(RawView[P], gated)

    return decorate


def public_page(
    *, methods: tuple[str, ...] = ("GET",), grants: frozenset[str] = frozenset()
) -> Callable[[View[P]], RawView[P]]:
    """A page for anybody. The visitor sees no protected row and may do only what ``grants`` names."""

    def decorate(view: View[P]) -> RawView[P]:
        @wraps(view)
        def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            refusal = _refuse_method(request, methods)
            if refusal is not None:
                return refusal
            return _run(view, request, visitor_actor("portal", grants), *args, **kwargs)

        _access[gated] = Access(None, is_public=True, methods=methods)
        return cast(RawView[P], gated)

    return decorate


def declare_access(view: Callable[..., HttpResponseBase], access: Access) -> None:
    """Say what a view asks for that has another gate than the decorators here: the API kit's own pages."""
    _access[view] = access


def access_of(view: Callable[..., HttpResponseBase]) -> Access | None:
    """What a view's gate asks for; ``None`` when it has no gate."""
    return _access.get(view)


def _refuse_method(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    allowed = (*methods, "HEAD") if "GET" in methods else methods
    return None if request.method in allowed else HttpResponseNotAllowed(allowed)


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # The page stays, with what was typed into it, and says that one has to log in again.
        return HttpResponse(status=401)
    # A session that ended, or that somebody ended, leaves its cookie: the log-in page says why it is there.
    has_ended = settings.SESSION_COOKIE_NAME in request.COOKIES
    return redirect_to_login(request.get_full_path(), f"{settings.LOGIN_URL}?ended=1" if has_ended else None)


def actor_of_session(request: HttpRequest, *, door: str = "screen") -> Actor:
    """The logged-in person in the organisation they chose, or in their widest one.

    Raises ``NotAllowed`` for a person who belongs nowhere.
    """
    user = cast(User, request.user)
    chosen = request.session.get(ORGANISATION_KEY)
    actor = load_actor(user, organisation_id=chosen, door=door)
    if actor is None and chosen is not None:
        actor = load_actor(user, organisation_id=None, door=door)
    if actor is None:
        raise NotAllowed("kernel.membership:have")
    return actor


def _run(view: View[P], request: HttpRequest, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    request = cast(ActorRequest, request)
    request.actor = actor
    # Times are read and written in the zone of the organisation the reader acts for.
    with timezone.override(actor.timezone), acting(actor):
        return form_once(request, actor.user_id, actor.organisation_id, lambda: view(request, *args, **kwargs))
