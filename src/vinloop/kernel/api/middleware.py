"""Under the addresses for programs, every error is a problem, wherever it arose."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from vinloop.kernel.api.problems import CONTENT_TYPE, ProblemError, plain, problem_response

PREFIXES = ("/api/", "/in/")


class ProblemsForPrograms:
    """Answers with problem details what Django or another middleware would answer with a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(PREFIXES) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
        return problem_response(request, ProblemError(plain(response.status_code), headers=kept))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what a view raised; ``None`` leaves the screens' errors to the screens."""
        return problem_response(request, error) if request.path.startswith(PREFIXES) else None
