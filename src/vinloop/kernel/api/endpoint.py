"""How an endpoint says what it asks of its caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, NoReturn, ParamSpec, TypeVar

from django.http import HttpResponseBase
from dmr import modify, validate
from dmr.endpoint import Endpoint
from dmr.files import FileResponseSpec
from dmr.headers import HeaderSpec
from dmr.renderers import FileRenderer

from vinloop.kernel.access.gate import Access

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=HttpResponseBase)
_ACCESS = "__vinloop_access__"


def endpoint(
    permission: str | None, *, status: int | None = None, operation_id: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a controller's method as an endpoint for callers with ``permission`` (``None``: any member).

    ``status`` is the status of success: 201 for POST and 200 for the others unless told otherwise. The first
    paragraph of the docstring is the summary in the OpenAPI document, the rest its description.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        options: dict[str, Any] = {} if status is None else {"status_code": HTTPStatus(status)}
        if operation_id is not None:
            options["operation_id"] = operation_id
        declared: Callable[P, R] = modify(**options)(function)
        setattr(declared, _ACCESS, Access(permission))
        return declared

    return decorate


def file_endpoint(
    permission: str | None, *, content_types: Sequence[str], operation_id: str
) -> Callable[[Callable[P, F]], Callable[P, F]]:
    """Like ``endpoint``, for a method that answers with a file: of the first content type unless asked otherwise."""

    def decorate(function: Callable[P, F]) -> Callable[P, F]:
        declared: Callable[P, F] = validate(
            FileResponseSpec(as_attachment=True, headers={"Content-Length": HeaderSpec(required=False)}),
            renderers=[FileRenderer(each) for each in content_types],
            operation_id=operation_id,
        )(function)
        setattr(declared, _ACCESS, Access(permission))
        return declared

    return decorate


def declared_access(function: Callable[..., Any]) -> Access | None:
    """What ``@endpoint`` declared; ``None`` for a function without it."""
    found = getattr(function, _ACCESS, None)
    return found if isinstance(found, Access) else None


class ApiEndpoint(Endpoint):
    """Lets every error through to the controller, which ends the transaction before it answers."""

    def handle_error(self, controller: Any, exc: Exception) -> NoReturn:
        """Raise it again."""
        raise exc
