"""Follows the event table and writes a delivery for every endpoint that wants and may see a fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import autodiscover_modules

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks.jobs import deliver_waiting
from vinloop.connectors.webhooks.rules import LONGEST_HOLD, message_of, wants
from vinloop.kernel.events import fact_kinds
from vinloop.kernel.events.readers import Reader
from vinloop.kernel.models import Event, Organisation

NAME = "connectors.webhooks"


def public_kinds() -> tuple[str, ...]:
    """Every fact that may leave, once all rooms have said which they have."""
    autodiscover_modules("events")
    return tuple(kind for kind, fact in fact_kinds().items() if fact.is_public)


def webhook_reader() -> Reader:
    """The reader to register."""
    return Reader(NAME, public_kinds(), queue_deliveries)


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    code: str


def queue_deliveries(events: Sequence[Event]) -> None:
    """Write the deliveries of a batch of facts. A batch read again writes nothing twice."""
    endpoints = list(WebhookEndpoint.objects.filter(is_active=True).select_related("owner"))
    if not endpoints:
        return
    places = _places(event.organisation_id for event in events)
    now, held = timezone.now(), _held({endpoint.pk for endpoint in endpoints})
    rows = [
        _delivery(endpoint, event, places[event.organisation_id], max(now, held.get(endpoint.pk, now)))
        for event in events
        for endpoint in _receivers(endpoints, event, places)
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    for endpoint_id in {row.endpoint_id for row in rows}:
        deliver_waiting.defer(endpoint_id=endpoint_id)


def _receivers(
    endpoints: Iterable[WebhookEndpoint], event: Event, places: dict[int, _Place]
) -> Iterator[WebhookEndpoint]:
    place = places.get(event.organisation_id)
    for endpoint in endpoints:
        if place and place.path.startswith(endpoint.owner.path) and wants(endpoint.kinds, event.kind):
            yield endpoint


def _delivery(endpoint: WebhookEndpoint, event: Event, place: _Place, due_at: datetime) -> WebhookDelivery:
    about: dict[str, Any] = {"ref": event.subject_ref, "subject": event.subject_kind, "organisation": place.code}
    return WebhookDelivery(
        endpoint=endpoint,
        owner_id=endpoint.owner_id,
        message_id=_message_id(event),
        kind=event.kind,
        payload=message_of(event.kind, event.at, {**event.payload, **about}),
        next_attempt_at=due_at,
        created_at=event.at,
    )


def _message_id(event: Event) -> str:
    """The same for every repetition, and telling nobody how many facts there are."""
    return "msg_" + salted_hmac(NAME, f"{event.generation}.{event.pk}", algorithm="sha256").hexdigest()[:32]


def _places(organisation_ids: Iterable[int]) -> dict[int, _Place]:
    rows = Organisation.objects.filter(pk__in=set(organisation_ids)).values_list("pk", "path", "code")
    return {pk: _Place(path, code) for pk, path, code in rows}


def _held(endpoint_ids: set[int]) -> dict[int, datetime]:
    """Until when to leave alone endpoints that fail at the moment: at most five minutes."""
    failing = WebhookDelivery.objects.filter(endpoint__in=endpoint_ids, state="waiting", attempts__gt=0)
    latest = timezone.now() + LONGEST_HOLD
    rows = failing.values_list("endpoint_id").annotate(next_at=Min("next_attempt_at"))
    return {endpoint_id: min(next_at, latest) for endpoint_id, next_at in rows}
