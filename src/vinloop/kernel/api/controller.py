"""The base of every JSON endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, NoReturn

from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from dmr import Controller
from dmr.endpoint import Endpoint
from dmr.errors import ErrorDetail
from dmr.exceptions import NotAcceptableError, RequestSerializationError, ValidationError

from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import visitor_actor
from vinloop.kernel.access.gate import Access
from vinloop.kernel.api.authentication import actor_of
from vinloop.kernel.api.endpoint import ApiEndpoint, declared_access
from vinloop.kernel.api.idempotency import once
from vinloop.kernel.api.invalid import unreadable
from vinloop.kernel.api.problems import (
    FieldProblem,
    KeptProblemError,
    ProblemError,
    forbidden,
    invalid,
    plain,
    problem_response,
)
from vinloop.kernel.api.serializer import ApiSerializer


class ApiController(Controller[ApiSerializer]):
    """One address of the API. A subclass has one method per HTTP method, each under ``@endpoint``.

    Before the method runs, the caller is known (``self.actor``), holds the declared permission, and row-level
    security is in force in one transaction; ``self.at`` is the time of the request. Whatever the method raises
    rolls everything back and is answered as a problem. ``access`` lists what each HTTP method asks for.
    """

    is_abstract = True
    endpoint_cls = ApiEndpoint
    # The types of our own answers are checked by mypy and by the tests against the OpenAPI document.
    validate_responses = False
    semantic_responses = False
    access: ClassVar[Mapping[str, Access]] = {}

    actor: Actor
    at: datetime

    def __init_subclass__(cls) -> None:
        """Collect what each method asks for. Raises ``TypeError`` for a method without ``@endpoint``."""
        super().__init_subclass__()
        found = {method: declared_access(point.func) for method, point in cls.api_endpoints.items()}
        open_ones = [method for method, access in found.items() if access is None]
        if open_ones:
            raise TypeError(f"{cls.__qualname__}: {', '.join(open_ones)} without @endpoint")
        cls.access = {method: access for method, access in found.items() if access is not None}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request, always: errors become problems here and nowhere else."""
        try:
            return self._answer(request)
        except Exception as error:
            return problem_response(request, _translated(error))

    def to_error(self, raw_data: Any, *, status_code: HTTPStatus, **_options: Any) -> NoReturn:
        """Errors are raised, so that the transaction ends with them."""
        raise ProblemError(plain(status_code, str(raw_data)))

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        endpoint = self.api_endpoints.get(request.method or "")
        if endpoint is None:
            raise ProblemError(plain(405), headers={"Allow": ", ".join(sorted(self.api_endpoints))})
        self.at = timezone.now()
        self.actor = self._caller(request)
        self._authorise(request.method or "")
        with acting(self.actor):
            return once(request, self.actor, self.at, lambda: self._run(endpoint))

    def _caller(self, request: HttpRequest) -> Actor:
        return actor_of(request, self.at)

    def _run(self, endpoint: Endpoint) -> HttpResponseBase:
        try:
            response = endpoint.func(self)
        except RequestSerializationError as error:
            raise self._unreadable(error) from error
        except KeptProblemError as kept:
            return problem_response(self.request, kept)
        if not isinstance(response, HttpResponseBase):
            raise TypeError("an API endpoint answers at once")
        return response

    def _unreadable(self, error: RequestSerializationError) -> ProblemError:
        parsers = self.api_endpoints[self.request.method or ""].metadata.parsers
        if self.request.content_type in parsers:
            return ProblemError(plain(400, unreadable(str(error))))
        return ProblemError(plain(415, _("This endpoint takes %(types)s.") % {"types": ", ".join(parsers)}))

    def _authorise(self, method: str) -> None:
        permission = self.access[method].permission
        if permission is not None and not self.actor.may(permission):
            raise ProblemError(forbidden(permission))


class PublicController(ApiController):
    """An address of the API for anybody who knows it, such as the holder of a signed link.

    Token and session are not looked at. The caller sees no row but what the action or query opens by itself, and holds
    ``grants`` alone. An idempotency key belongs to a person, so it does nothing here.
    """

    is_abstract = True
    grants: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        """Open every method to anybody."""
        super().__init_subclass__()
        cls.access = {method: replace(access, is_public=True) for method, access in cls.access.items()}

    def _caller(self, request: HttpRequest) -> Actor:
        return visitor_actor("api", self.grants)


def _translated(error: Exception) -> Exception:
    """The framework's own errors in our words."""
    if isinstance(error, ValidationError):
        return ProblemError(invalid(*(_field(each) for each in error.payload)))
    if isinstance(error, NotAcceptableError):
        return ProblemError(plain(406, _("This endpoint does not answer with what the Accept header asks for.")))
    if isinstance(error, DataError):
        # Zero bytes, numbers no column holds: whatever no shape foresaw is still the caller's value, not our fault.
        return ProblemError(invalid(FieldProblem("", _("A value is too long, too large or holds a zero byte."))))
    return error


def _field(each: ErrorDetail) -> FieldProblem:
    codes = [str(code) for code in each.get("loc", [])]
    return FieldProblem(each.get("type", ""), each["msg"], codes[0] if codes else "")
