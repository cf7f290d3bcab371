"""Deliveries, one endpoint at a time, one attempt per transaction."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from vinloop.connectors.models import WebhookDelivery
from vinloop.connectors.webhooks.delivery import attempt, conclude
from vinloop.kernel.jobs import job, periodic_job

_LOCK_SPACE = 7_246_010


@job(queue="webhooks")
def deliver_waiting(endpoint_id: int) -> None:
    """Make the oldest due delivery of an endpoint and queue the next; another job at work there does it all.

    Nothing is written, and no row locked, before the answer is there: a transaction with writes that waits for a
    foreign server would hold back every follower of the event table.
    """
    if not _is_ours(endpoint_id):
        return
    at = timezone.now()
    due = WebhookDelivery.objects.filter(endpoint=endpoint_id, state="waiting", next_attempt_at__lte=at)
    delivery = due.select_related("endpoint").order_by("next_attempt_at", "pk").first()
    if delivery is None or not delivery.endpoint.is_active:
        return
    conclude(delivery, attempt(delivery, at), timezone.now())
    _queue_next(delivery)


@periodic_job("* * * * *")
def deliver_due() -> None:
    """Wake every endpoint with something due: for what a killed worker left, and for long pauses."""
    due = WebhookDelivery.objects.filter(state="waiting", next_attempt_at__lte=timezone.now(), endpoint__is_active=True)
    for endpoint_id in due.values_list("endpoint_id", flat=True).distinct():
        deliver_waiting.defer(endpoint_id=endpoint_id)


def _queue_next(delivery: WebhookDelivery) -> None:
    waiting = WebhookDelivery.objects.filter(endpoint=delivery.endpoint_id, state="waiting")
    due_at = waiting.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    if due_at is not None and delivery.endpoint.is_active:
        deliver_waiting.configure(schedule_at=due_at).defer(endpoint_id=delivery.endpoint_id)


def _is_ours(endpoint_id: int) -> bool:
    """Whether nobody else delivers there now; held until the transaction ends, without writing anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, endpoint_id])
        row = cursor.fetchone()
    return bool(row and row[0])
