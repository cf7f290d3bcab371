"""Who the caller is."""

from __future__ import annotations

import msgspec
from django.urls import URLPattern
from dmr.routing import path

from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.organisations import Kind


class Me(msgspec.Struct, frozen=True):
    """Who the caller is, where, and what they may do."""

    user_id: int | None
    name: str
    organisation_id: int
    organisation_kind: Kind
    permissions: list[str]
    language: str
    timezone: str


class MeController(ApiController):
    """The caller."""

    tags = ("Account",)

    @endpoint(None, operation_id="getMe")
    def get(self) -> Me:
        """Who am I?

        The person or program behind the token, the organisation it acts in and what it may do there.
        """
        actor = self.actor
        return Me(
            user_id=actor.user_id,
            name=actor.name,
            organisation_id=actor.organisation_id,
            organisation_kind=msgspec.convert(actor.organisation_kind, Kind),
            permissions=sorted(actor.permissions),
            language=actor.language,
            timezone=actor.timezone,
        )


urls: list[URLPattern] = [
    path("me", MeController.as_view(), name="me"),
]
