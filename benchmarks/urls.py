"""The product's addresses and two yardsticks: a page with one primary-key query, an endpoint that inserts one row."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.models import IdempotencyKey, Organisation


@screen(None)
def one_key(request: ActorRequest) -> HttpResponse:
    """The product's frame around one row read by its primary key."""
    organisation = Organisation.objects.get(pk=request.actor.organisation_id)
    return render(request, "kernel/form.html", {"title": organisation.name})


def bare_key(request: HttpRequest) -> HttpResponse:
    """No log-in, no frame: one row by its primary key and a line of text."""
    return HttpResponse(Organisation.objects.get(pk=1).name)


@csrf_exempt
def bare_insert(request: HttpRequest) -> JsonResponse:
    """No log-in, no checks: one row."""
    row = IdempotencyKey.objects.create(
        user_id=0,
        key=uuid.uuid4().hex,
        fingerprint="",
        status=201,
        body=request.body,
        created_at=timezone.now(),
    )
    return JsonResponse({"id": row.pk}, status=201)


urlpatterns = [
    path("bench/one-key/", one_key),
    path("bench/bare-key/", bare_key),
    path("bench/insert/", bare_insert),
    path("", include("vinloop.site.urls")),
]
