"""Errors people can act on, the reader's language, and what browsers may load and keep."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from vinloop.kernel.access.actor import NotAllowed
from vinloop.kernel.access.gate import access_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]
LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
_KEYS = {"token", "key"}
_ACCOUNTS = "/accounts/"
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


class ErrorsForPeople:
    """Turns a bare refusal into a page that says what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and request.accepts("text/html"):
            return self._no_page(request, response)
        return response

    def _no_page(self, request: HttpRequest, bare: HttpResponseBase) -> HttpResponseBase:
        """Somebody typed or reloaded the address of a form's button: browsers show nothing of a bare answer."""
        if getattr(bare, "content", b""):
            return bare
        with translation.override(getattr(request, "LANGUAGE_CODE", None)):
            page = render(request, "405.html", status=405)
        for name in bare.headers.keys() - page.headers.keys() - {"Content-Length"}:
            page.headers[name] = bare.headers[name]  # what browsers may load and keep holds for this page as well
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 403 with the missing permission in words."""
        if not isinstance(error, NotAllowed):
            return None
        return render(request, "403.html", {"permission": error.permission}, status=403)


def language_of_reader(get_response: GetResponse) -> GetResponse:
    """Use the language of the cookie, else of the browser; Chinese when neither says."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE)
        language = chosen if chosen in dict(settings.LANGUAGES) else _from_browser(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        timezone.deactivate()
        return response

    return middleware


def _from_browser(request: HttpRequest) -> str:
    """The first of our languages by the weights of ``Accept-Language`` (RFC 9110), regions left aside."""
    for wanted, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if not weight:
            continue
        if wanted.startswith("en"):
            return "en"
        if wanted.startswith("zh"):
            return "zh-hans"
    return settings.LANGUAGE_CODE


def content_security(get_response: GetResponse) -> GetResponse:
    """Send the content security policy: our own scripts only, nothing inline; and keep private pages nowhere."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        if _is_private(request):
            # Nor in the browser: who comes after the log-out must not find them by going back.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _is_private(request: HttpRequest) -> bool:
    """Whether the address shows anything only some may see; one that carries a key is private as well."""
    match = request.resolver_match
    if match is None:
        return False
    access = access_of(match.func)
    is_open = access is not None and access.is_public
    return not is_open or bool(match.kwargs.keys() & _KEYS) or request.path.startswith(_ACCOUNTS)
