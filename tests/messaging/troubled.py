"""A mail transport that fails as told."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Troubled(BaseEmailBackend):
    """Raises the test's error instead of sending."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise settings.TROUBLE
