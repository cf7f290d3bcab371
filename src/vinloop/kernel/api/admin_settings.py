"""Administration by programs: settings and opening hours."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import msgspec
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.kernel.access import Actor
from vinloop.kernel.admin.actions import (
    CalendarHours,
    change_setting,
    read_value,
    remove_exception,
    save_calendar,
    set_exception,
)
from vinloop.kernel.admin.actions.organisations import MANAGE as MANAGE_PLACES
from vinloop.kernel.admin.actions.settings import MANAGE
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.models import Calendar, CalendarException, Organisation, SettingValue
from vinloop.kernel.paging import paginate
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import Setting, all_settings, get_setting, setting_named

PlaceCode = Annotated[str, msgspec.Meta(description="An organisation's code; empty: the caller's own")]
Minute = Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]
Hours = Annotated[
    list[tuple[Minute, Minute]],
    msgspec.Meta(max_length=24, description="Pairs of minutes after local midnight: `[[480, 720]]` is 08:00–12:00"),
]
_LONGEST_VALUE = 5_000
_MOST_EXCEPTIONS = 500


class SettingQuery(msgspec.Struct, frozen=True, kw_only=True):
    """For which organisation."""

    organisation: PlaceCode = ""


class SettingPath(msgspec.Struct, frozen=True):
    """Which setting."""

    name: str


class SettingIn(msgspec.Struct, frozen=True, kw_only=True):
    """The value to be in force for an organisation and everything below it, of the setting's ``kind``."""

    value: Any
    organisation: PlaceCode = ""


class SettingEntryOut(msgspec.Struct, frozen=True):
    """A number of a setting of kind ``table``, with its limits."""

    name: str
    label: str
    hint: str
    minimum: float | None
    maximum: float | None


class SettingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A setting. ``value`` is in force; ``is_set_here``: chosen for this organisation, not inherited.

    ``is_local``: regions and dealers may differ. ``choices`` are the values of kind ``choice``,
    ``entries`` the numbers of kind ``table``: a value has each of them and no other.
    """

    name: str
    label: str
    hint: str
    section: str
    kind: str
    value: Any
    default: Any
    is_set_here: bool
    is_local: bool
    minimum: float | None
    maximum: float | None
    choices: list[str]
    entries: list[SettingEntryOut]
    organisation: str


class CalendarPath(msgspec.Struct, frozen=True):
    """Which opening hours."""

    calendar_id: int


class ExceptionPath(msgspec.Struct, frozen=True):
    """Which day of which opening hours."""

    calendar_id: int
    exception_id: int


class CalendarIn(msgspec.Struct, frozen=True, kw_only=True):
    """A week of opening hours, Monday first. ``holiday_country`` is an ISO 3166 code or empty."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    timezone: Annotated[str, msgspec.Meta(max_length=60)] = "Asia/Shanghai"
    weekly_hours: Annotated[list[Hours], msgspec.Meta(min_length=7, max_length=7)]
    holiday_country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")] = ""
    closes_on_holidays: bool = True

    def hours(self) -> CalendarHours:
        """For the action."""
        return CalendarHours(
            name=self.name,
            timezone=self.timezone,
            weekly=tuple(tuple(day) for day in self.weekly_hours),
            holiday_country=self.holiday_country,
            closes_on_holidays=self.closes_on_holidays,
        )


class CalendarOut(msgspec.Struct, frozen=True, kw_only=True):
    """Opening hours."""

    id: int
    name: str
    timezone: str
    weekly_hours: list[list[tuple[int, int]]]
    holiday_country: str
    closes_on_holidays: bool


class ExceptionIn(msgspec.Struct, frozen=True, kw_only=True):
    """A day with its own hours; none means closed. It wins over weekday and holiday."""

    date: date
    hours: Hours = []
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ExceptionOut(msgspec.Struct, frozen=True):
    """A day with its own hours."""

    id: int
    date: date
    hours: list[tuple[int, int]]
    note: str


class CalendarPage(CalendarOut, frozen=True, kw_only=True):
    """Opening hours with the days that differ, the latest first."""

    exceptions: list[ExceptionOut]


class SettingsController(ApiController):
    """Settings."""

    tags = ("Settings",)

    @endpoint(MANAGE, operation_id="listSettings")
    def get(self, parsed_query: Query[SettingQuery]) -> Page[SettingOut]:
        """List what can be decided for an organisation, with what is in force there."""
        place = _place(self.actor, parsed_query.organisation)
        here = set(SettingValue.objects.filter(organisation=place).values_list("name", flat=True))
        declared = [each for each in all_settings() if place.parent_id is None or each.is_local]
        return Page([_setting(each, place, is_set_here=each.name in here) for each in declared])


class SettingController(ApiController):
    """One setting."""

    tags = ("Settings",)

    @endpoint(MANAGE, operation_id="changeSetting")
    def put(self, parsed_path: Path[SettingPath], parsed_body: Body[SettingIn]) -> SettingOut:
        """Choose a value for an organisation and everything below it."""
        setting, place = _declared(parsed_path.name), _place(self.actor, parsed_body.organisation)
        value = _stored(setting, parsed_body.value)
        change_setting(actor=self.actor, name=setting.name, organisation=place, value=value, at=self.at)
        return _setting(setting, place, is_set_here=True)

    @endpoint(MANAGE, operation_id="resetSetting")
    def delete(self, parsed_path: Path[SettingPath], parsed_query: Query[SettingQuery]) -> SettingOut:
        """Go back to what is inherited, or to the default."""
        setting, place = _declared(parsed_path.name), _place(self.actor, parsed_query.organisation)
        change_setting(actor=self.actor, name=setting.name, organisation=place, value=None, at=self.at)
        return _setting(setting, place, is_set_here=False)


class CalendarsController(ApiController):
    """Opening hours."""

    tags = ("Settings",)

    @endpoint(MANAGE_PLACES, operation_id="listCalendars")
    def get(self, parsed_query: Query[PageQuery]) -> Page[CalendarOut]:
        """List opening hours."""
        rows = paginate(Calendar.objects.all(), ("name",), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(rows, _calendar)

    @endpoint(MANAGE_PLACES, operation_id="createCalendar")
    def post(self, parsed_body: Body[CalendarIn]) -> CalendarPage:
        """Make opening hours."""
        return _page(save_calendar(actor=self.actor, calendar=None, hours=parsed_body.hours(), at=self.at))


class CalendarController(ApiController):
    """One set of opening hours."""

    tags = ("Settings",)

    @endpoint(MANAGE_PLACES, operation_id="getCalendar")
    def get(self, parsed_path: Path[CalendarPath]) -> CalendarPage:
        """Read opening hours with the days that differ."""
        return _page(_found(parsed_path.calendar_id))

    @endpoint(MANAGE_PLACES, operation_id="changeCalendar")
    def put(self, parsed_path: Path[CalendarPath], parsed_body: Body[CalendarIn]) -> CalendarPage:
        """Change opening hours; deadlines that run already keep their times."""
        calendar = _found(parsed_path.calendar_id)
        return _page(save_calendar(actor=self.actor, calendar=calendar, hours=parsed_body.hours(), at=self.at))


class ExceptionsController(ApiController):
    """Days that differ."""

    tags = ("Settings",)

    @endpoint(MANAGE_PLACES, operation_id="setCalendarException")
    def post(self, parsed_path: Path[CalendarPath], parsed_body: Body[ExceptionIn]) -> ExceptionOut:
        """Give a day its own hours, in place of those it had."""
        made = set_exception(
            actor=self.actor,
            calendar=_found(parsed_path.calendar_id),
            day=parsed_body.date,
            hours=tuple(parsed_body.hours),
            note=parsed_body.note,
            at=self.at,
        )
        return _exception(made)


class ExceptionController(ApiController):
    """One day that differs."""

    tags = ("Settings",)

    @endpoint(MANAGE_PLACES, operation_id="removeCalendarException")
    def delete(self, parsed_path: Path[ExceptionPath]) -> ExceptionOut:
        """Let a day have its usual hours again."""
        row = CalendarException.objects.select_related("calendar").filter(
            pk=parsed_path.exception_id, calendar_id=parsed_path.calendar_id
        )
        found = row.first()
        if found is None:
            raise Http404
        shown = _exception(found)
        remove_exception(actor=self.actor, exception=found, at=self.at)
        return shown


def _place(actor: Actor, code: str) -> Organisation:
    """The organisation asked for, or the caller's own; one out of sight does not exist."""
    rows = Organisation.objects.filter(code=code) if code else Organisation.objects.filter(pk=actor.organisation_id)
    place = rows.first()
    if place is None or not actor.sees(place.pk):
        raise Http404
    return place


def _declared(name: str) -> Setting:
    try:
        return setting_named(name)
    except LookupError as error:
        raise Http404 from error


def _stored(setting: Setting, value: Any) -> Any:
    """What the caller sent, read as what an administrator types. Raises ``Refused``."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if value is None or len(text) > _LONGEST_VALUE:
        raise Refused("bad_value", _("Send a value of the setting's kind."), "value")
    return read_value(setting, text)


def _setting(setting: Setting, place: Organisation, *, is_set_here: bool) -> SettingOut:
    return SettingOut(
        name=setting.name,
        label=str(setting.label),
        hint=str(setting.hint),
        section=str(setting.section),
        kind=setting.kind,
        value=get_setting(setting.name, place.pk),
        default=setting.default,
        is_set_here=is_set_here,
        is_local=setting.is_local,
        minimum=setting.minimum,
        maximum=setting.maximum,
        choices=[key for key, _label in setting.choices],
        entries=[
            SettingEntryOut(each.name, str(each.label), str(each.hint), each.minimum, each.maximum)
            for each in setting.all_entries
        ],
        organisation=place.code,
    )


def _found(calendar_id: int) -> Calendar:
    calendar = Calendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise Http404
    return calendar


def _calendar(row: Calendar) -> CalendarOut:
    return CalendarOut(
        id=row.pk,
        name=row.name,
        timezone=row.timezone,
        weekly_hours=[_pairs(day) for day in row.weekly_hours],
        holiday_country=row.holiday_country,
        closes_on_holidays=row.closes_on_holidays,
    )


def _page(row: Calendar) -> CalendarPage:
    days = row.exceptions.order_by("-date")[:_MOST_EXCEPTIONS]
    return CalendarPage(**msgspec.structs.asdict(_calendar(row)), exceptions=[_exception(day) for day in days])


def _exception(row: CalendarException) -> ExceptionOut:
    return ExceptionOut(row.pk, row.date, _pairs(row.hours), row.note)


def _pairs(hours: list[list[int]]) -> list[tuple[int, int]]:
    return [(opens, closes) for opens, closes in hours]


urls: list[URLPattern] = [
    path("settings", SettingsController.as_view(), name="settings"),
    path("settings/<str:name>", SettingController.as_view(), name="setting"),
    path("calendars", CalendarsController.as_view(), name="calendars"),
    path("calendars/<int:calendar_id>", CalendarController.as_view(), name="calendar"),
    path("calendars/<int:calendar_id>/exceptions", ExceptionsController.as_view(), name="calendar-exceptions"),
    path(
        "calendars/<int:calendar_id>/exceptions/<int:exception_id>",
        ExceptionController.as_view(),
        name="calendar-exception",
    ),
]
