"""The sheet on which a consultant logs a contact: what happened, and when again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.leads.actions.follow_up import ContactInput
from vinloop.leads.forms.showroom import offer
from vinloop.leads.forms.test_drives import LEVELS
from vinloop.leads.models import Contact, Lead
from vinloop.leads.rules.levels import next_follow_up

CADENCE, PICKED = "cadence", "picked"
_DAYS = {"tomorrow": 1, "three_days": 3, "week": 7}
_HOUR, _MINUTE = 9, 30


class FollowUpForm(forms.Form):
    """Channel and planned date are set beforehand, so that a result and Save are enough."""

    result = forms.ChoiceField(label=_("Result"), choices=Contact.Result.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("By"), choices=Contact.Channel.choices, initial=Contact.Channel.PHONE, widget=forms.RadioSelect
    )
    when = forms.ChoiceField(label=_("Speak again"), initial=CADENCE, widget=forms.RadioSelect)
    picked_at = forms.DateTimeField(
        label=_("On another day"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    level = forms.ChoiceField(label=_("Intention level"), choices=LEVELS, widget=forms.RadioSelect, required=False)
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, lead: Lead, cadence: Mapping[str, int], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        choices = [(CADENCE, _planned_words(lead.level, cadence, now)), *_day_choices(now)]
        offer(self, "when", choices)
        self.fields["level"].initial = lead.level if lead.level in dict(LEVELS) else ""

    def contact(self) -> ContactInput:
        """The contact for the action; a picked time wins over the button."""
        data = self.cleaned_data
        return ContactInput(
            channel=data["channel"],
            result=data["result"],
            note=data["note"],
            level=data["level"],
            next_follow_up_at=data["picked_at"] or self._in_days(data["when"]),
        )

    def _in_days(self, when: str) -> datetime | None:
        return None if when == CADENCE else _morning(self.now, _DAYS[when])


def _morning(now: datetime, days: int) -> datetime:
    local = timezone.localtime(now) + timedelta(days=days)
    return local.replace(hour=_HOUR, minute=_MINUTE, second=0, microsecond=0)


def _planned_words(level: str, cadence: Mapping[str, int], now: datetime) -> str:
    planned = next_follow_up(level, now, timezone.get_current_timezone_name(), cadence)
    return _now("As planned") if planned is None else _now("As planned: %(day)s") % {"day": _day(planned)}


def _day_choices(now: datetime) -> list[tuple[str, str]]:
    words = {"tomorrow": _now("Tomorrow"), "three_days": _now("In 3 days"), "week": _now("In a week")}
    return [(key, words[key]) for key in _DAYS]


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "m-d D")
