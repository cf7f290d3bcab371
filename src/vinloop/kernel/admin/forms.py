"""Forms of the administration screens. They check form only; whether something may be is the action's business."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.kernel.accounts.actions.memberships import place_problems
from vinloop.kernel.accounts.person_details import PersonDetails, password_problems, problems_of
from vinloop.kernel.admin.actions.calendars import HOURS_RULE
from vinloop.kernel.admin.countries import countries_with_holidays
from vinloop.kernel.clocks import Intervals
from vinloop.kernel.models import Calendar, Organisation, Role, User
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.fields import CodeField

_INTERVAL: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至\uff0d\uff5e]\s*(\d{1,2}):(\d{2})")
_SEPARATORS: Final = re.compile(r"[,;，；、\s]*")
_DAY: Final = 24 * 60
_AREAS: Final = ("Asia", "Europe", "America", "Africa", "Australia", "Pacific", "Atlantic", "Indian")
DAYS: Final = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def timezone_choices() -> list[tuple[str, str]]:
    """The places of the time zone table, Shanghai first."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS)
    return [(name, name.replace("_", " ")) for name in ["Asia/Shanghai", *names, "UTC"]]


def country_choices() -> list[tuple[str, Any]]:
    """Countries whose public holidays are known."""
    return [("", _("None")), *countries_with_holidays()]


class HoursField(forms.CharField):
    """Opening hours of a day as text: ``08:00-12:00, 13:00-18:00``; empty is closed."""

    default_error_messages = {
        "hours": _("Write hours like 08:00-12:00, 13:00-18:00, or nothing for closed."),
        "order": HOURS_RULE,
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Minutes after midnight, in pairs."""
        text = super().clean(value).replace("：", ":")
        found = _INTERVAL.findall(text)
        if _SEPARATORS.sub("", _INTERVAL.sub("", text)):
            raise forms.ValidationError(self.error_messages["hours"], code="hours")
        hours = tuple((int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)) for h1, m1, h2, m2 in found)
        moments = [moment for interval in hours for moment in interval]
        if moments != sorted(moments) or max(moments, default=0) > _DAY or any(a == b for a, b in hours):
            raise forms.ValidationError(self.error_messages["order"], code="order")
        return hours


def hours_text(intervals: Iterable[Iterable[int]]) -> str:
    """The hours of a day as ``HoursField`` reads them."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in intervals)


class OrganisationForm(forms.Form):
    """An organisation's own facts."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("As your other systems call it."))
    name = forms.CharField(label=_("Name (Chinese)"), max_length=200)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezone_choices, initial="Asia/Shanghai")
    calendar = forms.ModelChoiceField(
        label=_("Opening hours"),
        queryset=Calendar.objects.order_by("name"),
        required=False,
        empty_label=_("As the organisation above"),
    )


class NewOrganisationForm(OrganisationForm):
    """A new organisation and its place in the tree."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices[1:], initial="dealer")
    parent = forms.ModelChoiceField(label=_("Belongs to"), queryset=Organisation.objects.none(), empty_label=None)
    field_order = ("kind", "parent", "code", "name", "name_en", "timezone", "calendar")

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "parent", parents)


class MoveForm(forms.Form):
    """Another place in the tree."""

    parent = forms.ModelChoiceField(label=_("New place below"), queryset=Organisation.objects.none(), empty_label=None)

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "parent", parents)


class PersonForm(forms.Form):
    """What is known of a person."""

    username = forms.CharField(
        label=_("User name"), max_length=150, help_text=_("For logging in: letters, digits, dots, dashes.")
    )
    name = forms.CharField(label=_("Name"), max_length=150)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=150, required=False)
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("For a new password when it is forgotten."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def details(self) -> PersonDetails:
        """What was typed, where the field itself had nothing to say against it."""
        return PersonDetails(**{each.name: self.cleaned_data.get(each.name, "") for each in fields(PersonDetails)})

    def problems(self) -> Iterator[Refused]:
        """What the action would refuse."""
        yield from problems_of(self.details(), self.user)

    def clean(self) -> dict[str, Any]:
        """Tell everything that is wrong at once, not one thing after each try."""
        cleaned = super().clean() or self.cleaned_data
        for problem in [each for each in self.problems() if each.field not in self.errors]:
            self.add_error(problem.field, str(problem.message))
        return cleaned


class AppointmentForm(forms.Form):
    """A role in an organisation."""

    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none(), empty_label=_("Choose …"))
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, roles: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "role", roles)
        set_queryset(self, "organisation", organisations)


class NewPersonForm(PersonForm, AppointmentForm):
    """A new person with the first role."""

    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        help_text=_("Leave it empty to let the person choose one by e-mail."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("name", "name_en", "username", "email", "phone", "language", "role", "organisation", "password")

    def problems(self) -> Iterator[Refused]:
        """What the action would refuse, about the person, the place or the password."""
        yield from super().problems()
        said = self.cleaned_data
        if said.get("role") and said.get("organisation"):
            yield from place_problems(said["role"], said["organisation"])
        if said.get("password"):
            yield from password_problems(said["password"], User(**asdict(self.details())))


class PasswordForm(forms.Form):
    """A password set by an administrator."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 8 characters. Tell it to the person in private; their sessions end."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RoleForm(forms.Form):
    """A new role; what it allows starts as a copy."""

    name = forms.CharField(label=_("Name (Chinese)"), max_length=100)
    name_en = forms.CharField(label=_("Name (English)"), max_length=100, required=False)
    code = CodeField(label=_("Code"), max_length=50, help_text=_("For programs: letters, digits, dashes."))
    level = forms.ChoiceField(label=_("For"), choices=Organisation.Kind.choices)
    copy_of = forms.ModelChoiceField(
        label=_("Starts as a copy of"), queryset=Role.objects.none(), required=False, empty_label=_("Nothing")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "copy_of", Role.objects.order_by("pk"))


class CalendarForm(forms.Form):
    """A week of opening hours."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezone_choices, initial="Asia/Shanghai")
    holiday_country = forms.ChoiceField(label=_("Public holidays of"), choices=country_choices, required=False)
    closes_on_holidays = forms.BooleanField(label=_("Closed on public holidays"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.fields[f"day_{number}"] = HoursField(label=day)

    def weekly(self) -> tuple[Intervals, ...]:
        """The hours typed, Monday first."""
        return tuple(self.cleaned_data[f"day_{number}"] for number in range(len(DAYS)))


class ExceptionForm(forms.Form):
    """One date with hours of its own."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput({"type": "date"}))
    hours = HoursField(label=_("Hours"), help_text=_("Empty means closed."))
    note = forms.CharField(label=_("Why"), max_length=200, required=False)


class AdminTokenForm(forms.Form):
    """A key for a program."""

    user = forms.CharField(label=_("Acts as (user name)"), max_length=150)
    organisation = forms.ModelChoiceField(label=_("Acts for"), queryset=Organisation.objects.none(), empty_label=None)
    label = forms.CharField(label=_("What is it for?"), max_length=100)
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty means until it is revoked."),
        widget=forms.DateInput({"type": "date"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May only"),
        required=False,
        help_text=_("Choose none to allow whatever the user may do."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organisations: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "organisation", organisations)
        field = self.fields["scopes"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = scopes


def set_queryset(form: forms.Form, name: str, queryset: Any) -> None:
    """Offer these objects in a field."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = queryset


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
