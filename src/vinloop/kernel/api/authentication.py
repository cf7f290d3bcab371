"""Who calls: a program with a token, or a person's browser with its session."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import actor_of_session
from vinloop.kernel.accounts.actions import authenticate_token
from vinloop.kernel.api.limits import count_refusal
from vinloop.kernel.api.problems import ProblemError, make_problem
from vinloop.kernel.caches import Remembered

# A program that sends fifty leads a second is looked up once in five seconds. The price: a token that is revoked, or
# whose owner is disabled or loses a role, works that much longer (docs/decisions/0003-api-kit.md).
_known: Remembered[dict[bytes, Actor]] = Remembered(dict, seconds=5.0)
_MOST_KNOWN = 5_000
CHALLENGE = 'Bearer realm="vinloop"'


def actor_of(request: HttpRequest, at: datetime) -> Actor:
    """The caller. Raises ``ProblemError`` 401 for nobody, 429 for nobody too often, 403 for a forged form."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header:
        return _by_token(request, header, at)
    # Without a session cookie there is no session to look up.
    if request.session.session_key is None or not request.user.is_authenticated:
        raise _unauthenticated(request)
    _refuse_forgery(request)
    return actor_of_session(request, door="api")


def bearer_token(header: str) -> str:
    """The token of an ``Authorization`` header; empty when it is of another scheme."""
    scheme, _space, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _by_token(request: HttpRequest, header: str, at: datetime) -> Actor:
    token = bearer_token(header)
    actor = _recognise(token, at) if token else None
    if actor is None:
        raise _unauthenticated(request, error="invalid_token")
    return actor


def _recognise(token: str, at: datetime) -> Actor | None:
    known, key = _known(), hashlib.sha256(token.encode()).digest()
    actor = known.get(key) or authenticate_token(token, at)
    if actor is not None and len(known) < _MOST_KNOWN:
        known[key] = actor
    return actor


def _unauthenticated(request: HttpRequest, *, error: str = "") -> ProblemError:
    wait = count_refusal(request)
    if wait:
        problem = make_problem(429, "too-many-requests", _("Too many requests without a valid token"))
        return ProblemError(problem, headers={"Retry-After": str(wait)})
    challenge = f'{CHALLENGE}, error="{error}"' if error else CHALLENGE
    detail = _("Send “Authorization: Bearer vl_…” with a token that is valid and not revoked.")
    problem = make_problem(401, "unauthenticated", _("Who are you?"), detail)
    return ProblemError(problem, headers={"WWW-Authenticate": challenge})


class _Forgery(CsrfViewMiddleware):
    """Django's own check, answering with the reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def _any_page(_request: HttpRequest) -> HttpResponse:
    """What stands behind the check, for the check: it is asked nothing but whether it is exempt."""
    return HttpResponse()


def _refuse_forgery(request: HttpRequest) -> None:
    check = _Forgery(_any_page)
    check.process_request(request)
    if check.process_view(request, _any_page, (), {}) is not None:
        raise ProblemError(make_problem(403, "csrf-failed", _("The request did not come from one of our pages")))
