"""Endpoints made for the tests of the API kit, beside the real ones."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from vinloop.kernel.api import ApiController, Body, KeptProblemError, endpoint, register_problem
from vinloop.kernel.api.problems import make_problem
from vinloop.kernel.models import ReceivedDocument
from vinloop.site import api_urls

PERMISSION = "kernel.intake:replay"


class AlreadyClosed(Exception):
    """A rule of some room says no."""

    ref = "P1"


register_problem(AlreadyClosed, 409, "already-closed", "Already closed", members=lambda error: {"ref": error.ref})


class Phone(msgspec.Struct):
    number: str
    kind: str = "mobile"


class ProbeIn(msgspec.Struct):
    ref: str
    size: int
    phones: list[Phone] = []
    main: Phone | None = None
    then: str = ""


class ProbeOut(msgspec.Struct):
    ref: str


def write_document(owner_id: int, ref: str, size: int, at: datetime) -> None:
    """One row."""
    ReceivedDocument.objects.create(
        owner_id=owner_id, ref=ref, size=size, body=b"", channel="probe", digest="", received_at=at
    )


class ProbesController(ApiController):
    """Probes."""

    @endpoint(PERMISSION)
    def post(self, parsed_body: Body[ProbeIn]) -> ProbeOut:
        """Write one row, then do as told."""
        write_document(self.actor.organisation_id, parsed_body.ref, parsed_body.size, self.at)
        if parsed_body.then == "refuse":
            raise AlreadyClosed("It was closed before.")
        if parsed_body.then == "keep":
            raise KeptProblemError(make_problem(422, "quarantined", "In quarantine"))
        if parsed_body.then == "fail":
            raise ZeroDivisionError("secret words")
        return ProbeOut(parsed_body.ref)


def failing_page(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("secret words")


urlpatterns = [
    path("api/v1/probes", ProbesController.as_view()),
    path("api/v1/failing", failing_page),
    path("api/v1/", include(api_urls)),
]
