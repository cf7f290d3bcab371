"""Background work of the messaging room: delivery, with patience."""

from __future__ import annotations

from django.utils import timezone

from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.jobs import job
from vinloop.messaging.delivery import report_failed, report_sent, report_trouble
from vinloop.messaging.models import Message
from vinloop.messaging.transport import TransportFailed, deliver

# A mail server that greylists answers within the hour; one that is down for a day is somebody's incident.
PAUSES_SECONDS = (60, 300, 1800, 7200, 21600, 43200)


@job()
def send_message(message_id: int, attempt: int = 0) -> None:
    """Hand one message to its transport; after the last pause it is given up. Harmless when repeated."""
    # Not locked: a lock held while a mail server dawdles would hold back every follower of the event table.
    message = Message.objects.filter(pk=message_id, state=Message.State.QUEUED).first()
    if message is None:
        return
    try:
        deliver(message)
    except TransportFailed as trouble:
        _later_or_never(message, trouble, attempt)
    else:
        report_sent(actor=system_actor(), message=message, at=timezone.now())


def _later_or_never(message: Message, trouble: TransportFailed, attempt: int) -> None:
    if trouble.is_final or attempt >= len(PAUSES_SECONDS):
        report_failed(actor=system_actor(), message=message, error=str(trouble), at=timezone.now())
        return
    report_trouble(message=message, error=str(trouble))
    later = send_message.configure(schedule_in={"seconds": PAUSES_SECONDS[attempt]})
    later.defer(message_id=message.pk, attempt=attempt + 1)
