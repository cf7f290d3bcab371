"""Hands a message to Django's mail system; another channel plugs in here."""

from __future__ import annotations

import base64
import smtplib
from collections.abc import Mapping
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from vinloop.messaging.models import Message


class TransportFailed(Exception):
    """The message was not taken. ``is_final`` when trying again is of no use; the text holds no address."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


def deliver(message: Message) -> None:
    """Send by the message's channel. Raises ``TransportFailed``."""
    if message.channel != "email":
        raise TransportFailed(f"no transport for {message.channel}", is_final=True)
    try:
        _email(message).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        raise TransportFailed(f"recipient refused {codes}", is_final=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise TransportFailed(f"answered {error.smtp_code}", is_final=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TransportFailed(type(error).__name__, is_final=False) from error


def _email(message: Message) -> EmailMessage:
    # The receiving side can drop a repetition by its Message-ID when a worker died after the handing over.
    headers = {"Message-ID": f"<{message.ref.lower()}@{urlsplit(settings.PUBLIC_URL).hostname}>"}
    mail = EmailMessage(message.subject, message.body, to=[message.address], headers=headers)
    for each in message.attachments:
        mail.attach(_part(each))
    return mail


def _part(stored: Mapping[str, str]) -> MIMEBase:
    """Built here because Django drops parameters, and mail programs read the calendar method from one."""
    kind, *pairs = (piece.strip() for piece in stored["content_type"].split(";"))
    maintype, _slash, subtype = kind.partition("/")
    part = MIMEBase(maintype, subtype)
    for pair in pairs:
        name, _equals, value = pair.partition("=")
        part.set_param(name, value)
    part.set_payload(base64.b64decode(stored["content"]))
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=stored["filename"])
    return part
