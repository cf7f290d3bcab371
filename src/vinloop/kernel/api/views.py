"""The OpenAPI document, the page that shows it, and the answer for addresses that are not there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern
from django.utils.cache import patch_response_headers
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.csrf import csrf_exempt

from vinloop.kernel.access.gate import Access, declare_access
from vinloop.kernel.api.openapi import build_document
from vinloop.kernel.api.problems import ProblemError, known_problems, plain, problem_response
from vinloop.kernel.api.reference import sections

View = Callable[..., HttpResponseBase]
_MAX_AGE = 300


def document_view(urls: Sequence[URLPattern]) -> View:
    """A public view that serves the OpenAPI document of these endpoints."""

    @cache
    def content() -> tuple[bytes, str]:
        body = msgspec.json.encode(build_document(urls))
        return body, quote_etag(hashlib.sha256(body).hexdigest()[:32])

    def view(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return _only_get(request)
        body, etag = content()
        if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
            return HttpResponse(status=304, headers={"ETag": etag})
        response = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
        patch_response_headers(response, _MAX_AGE)
        return response

    return _public(view)


def reference_view(urls: Sequence[URLPattern]) -> View:
    """A public page that shows the same document to people, without any script."""

    @cache
    def document() -> dict[str, Any]:
        return build_document(urls)

    def view(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return _only_get(request)
        context = {"sections": sections(document()), "info": document()["info"], "problems": known_problems()}
        return render(request, "kernel/api_reference.html", context)

    return _public(view)


def not_found(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Whatever is not an endpoint."""
    return problem_response(request, Http404())


def _only_get(request: HttpRequest) -> HttpResponse:
    return problem_response(request, ProblemError(plain(405), headers={"Allow": "GET, HEAD"}))


def _public(view: Callable[[HttpRequest], HttpResponse]) -> View:
    open_view = csrf_exempt(view)
    declare_access(open_view, Access(None, is_public=True))
    return open_view


declare_access(not_found, Access(None, is_public=True))
