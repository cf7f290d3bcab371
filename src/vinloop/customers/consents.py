"""What a customer allows, as badges that say it in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.customers.models import Consent
from vinloop.kernel.web import cells


def consent_badges(answers: Mapping[str, bool]) -> list[SafeString]:
    """One badge per channel the customer was asked about: "Phone: yes", "SMS: no"."""
    labels = dict(Consent.Channel.choices)
    return [_badge(str(labels.get(channel, channel)), granted) for channel, granted in answers.items()]


def _badge(channel: str, granted: bool) -> SafeString:
    words = (_("%(channel)s: yes") if granted else _("%(channel)s: no")) % {"channel": channel}
    return cells.badge(words, "good" if granted else "overdue", "check" if granted else "x")
