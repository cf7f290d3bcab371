"""A mail transport that fails as told."""

from collections.abc import Sequence
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Troubled(BaseEmailBackend):
    """Raises the test's error instead of sending."""

    trouble: ClassVar[Exception]

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.trouble
