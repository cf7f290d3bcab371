"""Redirects for requests made by htmx: a saved form moves the whole page, not the form's place."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true"


def redirects_for_htmx(get_response: GetResponse) -> GetResponse:
    """Let the browser follow redirects itself.

    ``fetch`` would follow silently: the next page's messages would be shown to nobody, and a log-in page
    would appear inside a panel. A redirect to the log-in becomes 401, so that nothing typed is lost.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if is_htmx(request) and response.status_code in (301, 302, 303, 307, 308):
            _hand_over(request, response)
        return response

    return middleware


def _hand_over(request: HttpRequest, response: HttpResponseBase) -> None:
    location = response.headers["Location"]
    is_logged_out = location.startswith(resolve_url(settings.LOGIN_URL))
    if request.method == "GET" and not is_logged_out:
        return
    del response.headers["Location"]
    response.status_code = 401 if is_logged_out else 204
    if not is_logged_out:
        response.headers["HX-Redirect"] = location
