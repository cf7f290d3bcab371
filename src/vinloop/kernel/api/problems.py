"""Errors as problem details (RFC 9457), and how a room's own errors become them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.kernel.access import NotAllowed, permission_label
from vinloop.kernel.paging import CursorInvalid
from vinloop.kernel.refusals import Refused

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
E = TypeVar("E", bound=Exception)
Members = Callable[[Any], Mapping[str, object]]


class FieldProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One value that is wrong: where it stands (JSON pointer, or ``?name`` in the address) and why.

    ``detail`` is for people, in their language; ``code``, where there is one, is stable.
    """

    pointer: str
    detail: str
    code: str = ""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong, for programs (``type``) and for people (``title``, ``detail``).

    ``errors`` names each wrong field; ``permission`` what the caller lacks; ``id`` is found in the server's log.
    A problem may carry more members that its type defines.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    id: str = ""
    permission: str = ""
    errors: list[FieldProblem] = []


class ProblemError(Exception):
    """Raised to answer with a problem; the transaction is rolled back."""

    def __init__(
        self,
        problem: Problem,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(problem.title)
        self.problem = problem
        self.headers = dict(headers or {})
        self.members = dict(members or {})


class KeptProblemError(ProblemError):
    """Like its parent, but what was written stays: a document put into quarantine is not lost."""


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    slug: str
    title: str | Promise
    members: Members | None = field(default=None)


_kinds: dict[type[Exception], _Kind] = {}


def register_problem(
    error: type[E],
    status: int,
    slug: str,
    title: str | Promise,
    *,
    members: Callable[[E], Mapping[str, object]] | None = None,
) -> None:
    """Answer ``error`` and its subclasses with a problem of this status, type and title.

    Called by a module's ``apps.py``. ``str(error)`` becomes the detail, so it must be words for the caller that
    hold no secret and no other customer's data; ``members`` may add members, such as a ref.
    """
    _kinds[error] = _Kind(status, slug, title, members)


def known_problems() -> dict[str, tuple[int, str]]:
    """Every registered problem type: slug → (status, title in the reader's language)."""
    return {kind.slug: (kind.status, str(kind.title)) for kind in sorted(_kinds.values(), key=lambda k: k.slug)}


def type_of(slug: str) -> str:
    """The URI that names a problem type. A name, not an address: installations have no common host."""
    return f"urn:vinloop:problem:{slug}"


def make_problem(status: int, slug: str, title: str | Promise, detail: str = "", **more: Any) -> Problem:
    """A problem of a type that stands in docs/api.md or was registered."""
    return Problem(type=type_of(slug), title=str(title), status=status, detail=detail, **more)


def problem_error_of(error: Exception) -> ProblemError:
    """Whatever was raised, as a problem. What nobody foresaw is a 500 whose id stands in the log."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, NotAllowed):
        return ProblemError(forbidden(error.permission))
    if isinstance(error, Refused) and error.field:
        return ProblemError(
            invalid(FieldProblem(f"/{error.field}", str(error), error.code)), members={"code": error.code}
        )
    for cls in type(error).__mro__:
        if cls in _kinds:
            return _registered(error, _kinds[cls])
    return ProblemError(_unforeseen(error))


def problem_response(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a request with the problem ``error`` is."""
    raised = problem_error_of(error)
    content = msgspec.to_builtins(raised.problem)
    content.setdefault("instance", request.path)
    content.update(msgspec.to_builtins(raised.members))
    headers = {"Cache-Control": "no-store", **raised.headers}
    return HttpResponse(
        msgspec.json.encode(content), status=raised.problem.status, content_type=CONTENT_TYPE, headers=headers
    )


def forbidden(permission: str) -> Problem:
    """403: the permission that is missing, by name and in words."""
    detail = _("This needs the permission “%(label)s”. Ask your administrator for it.")
    return make_problem(
        403, "forbidden", _("Not allowed"), detail % {"label": permission_label(permission)}, permission=permission
    )


def invalid(*errors: FieldProblem) -> Problem:
    """422: the request was understood but some values are not acceptable."""
    return make_problem(
        422, "invalid", _("Some values are not acceptable"), "; ".join(e.detail for e in errors), errors=list(errors)
    )


def plain(status: int, detail: str = "") -> Problem:
    """A problem that says no more than its status does."""
    http = HTTPStatus(status)
    return make_problem(status, http.phrase.lower().replace(" ", "-").replace("'", ""), http.phrase, detail)


def _registered(error: Exception, kind: _Kind) -> ProblemError:
    members = kind.members(error) if kind.members else {}
    return ProblemError(make_problem(kind.status, kind.slug, kind.title, str(error)), members=members)


def _unforeseen(error: Exception) -> Problem:
    ref = uuid.uuid4().hex
    log.error("problem %s", ref, exc_info=error)
    detail = _("The error is in the server's log under this id. Trying again later may help.")
    return make_problem(500, "internal-error", _("Something went wrong here"), detail, id=ref)


def _register_common() -> None:
    register_problem(Http404, 404, "not-found", gettext_lazy("There is nothing here, or you may not see it"))
    register_problem(PermissionDenied, 403, "forbidden", gettext_lazy("Not allowed"))
    register_problem(RequestDataTooBig, 413, "content-too-large", gettext_lazy("The request is too large"))
    register_problem(SuspiciousOperation, 400, "bad-request", gettext_lazy("The request cannot be understood"))
    register_problem(BadRequest, 400, "bad-request", gettext_lazy("The request cannot be understood"))
    register_problem(
        Refused, 409, "refused", gettext_lazy("This cannot be done now"), members=lambda error: {"code": error.code}
    )
    register_problem(
        CursorInvalid, 422, "cursor-invalid", gettext_lazy("The cursor is not valid; start from the first page")
    )


_register_common()
