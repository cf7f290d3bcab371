"""What the messaging room keeps about people: what was written to them, and to colleagues about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import Erased, PersonalData, Section, section_of
from vinloop.customers.privacy.needles import Needles, needles_of
from vinloop.messaging.models import Message

BASIS = "messaging.basis"
WORDS = {
    "messaging.message": _("Messages: address, subject, text and attachments"),
    "messaging.sent": _("That a message was sent, when, and on what ground"),
    BASIS: _("Proof that it was lawful to write (GDPR article 5 (2))"),
}


def message_data() -> PersonalData:
    """What this room answers for."""
    return PersonalData(
        code="messaging",
        label=_("Messages"),
        tables=("messaging_message",),
        export=_export,
        erase=_erase,
        words=WORDS,
    )


def _erase(customer_ids: Sequence[int], _at: datetime) -> list[Erased]:
    """Texts go; what still waited to be sent is not sent. The addresses of colleagues are not the person's and stay."""
    about = _about(customer_ids, needles_of(customer_ids))
    waiting = about.filter(state=Message.State.QUEUED).update(state=Message.State.REFUSED)
    to_them = about.filter(user__isnull=True).update(address="")
    count = about.update(subject="", body="", attachments=[], error="")
    kept = max(count, waiting, to_them)
    return [Erased("messaging.message", count, "emptied"), Erased("messaging.sent", kept, "kept", BASIS)]


def _about(customer_ids: Sequence[int], needles: Needles) -> QuerySet[Message]:
    """Messages to them or about them; by number also those nobody tied to a customer."""
    ids = set(Message.objects.filter(customer_id__in=customer_ids).values_list("pk", flat=True))
    if needles.sure:
        said = Q()
        for each in needles.sure:
            said |= Q(address=each) | Q(body__contains=each)
        ids |= set(Message.objects.filter(said, customer__isnull=True).values_list("pk", flat=True))
    return Message.objects.filter(pk__in=ids)


def _export(customer_ids: Sequence[int]) -> list[Section]:
    heads = {
        "ref": _("Reference"), "channel": _("Channel"), "address": _("Address"), "subject": _("Subject"),
        "body": _("Text"), "state": _("State"), "created_at": _("Written"), "sent_at": _("Sent"),
    }  # fmt: skip
    mine = Message.objects.filter(customer_id__in=customer_ids, user__isnull=True).order_by("created_at", "id")
    return [section_of("messages", _("What we wrote to you"), heads, mine)]
