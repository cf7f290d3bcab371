"""Who looks into a mail. Connectors are strangers to each other, so each offers its reader here, in ``apps.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from vinloop.connectors.senders import sender_actor
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.intake.channels import NotUnderstood, Partly
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.models import ReceivedDocument

CHANNEL = "mail"
MailReader = Callable[[ReceivedDocument, Actor, datetime], Sequence[str] | Partly | None]
_readers: dict[str, MailReader] = {}


def register_mail_reader(name: str, read: MailReader) -> None:
    """Offer a reader. It answers what it made of a mail, ``None`` when there is nothing in it for that reader."""
    _readers[name] = read


def handle_mail(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str] | Partly:
    """Intake's handler of mails: the first reader that finds something has it."""
    if document.is_truncated:
        raise NotUnderstood("too_large", [Remark("mail.too_large")])
    with acting(sender_actor(document, CHANNEL)) as sender:
        for read in list(_readers.values()):
            made = read(document, sender, at)
            if made is not None:
                return made
    raise NotUnderstood("no_adf", [Remark("mail.no_adf")])
