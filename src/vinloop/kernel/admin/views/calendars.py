"""Opening hours: a week, its holidays and its exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.kernel.access.actor import NotAllowed
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.admin.actions import CalendarHours, remove_exception, save_calendar, set_exception
from vinloop.kernel.admin.actions.organisations import MANAGE
from vinloop.kernel.admin.countries import country_name
from vinloop.kernel.admin.forms import DAYS, CalendarForm, ExceptionForm, hours_text
from vinloop.kernel.models import Calendar, CalendarException, Organisation
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row

_SHOWN_EXCEPTIONS = 100
_MONDAY = date(2024, 1, 1)


@screen(MANAGE)
def calendars(request: ActorRequest) -> HttpResponse:
    """Every set of opening hours with how many organisations keep it."""
    users = dict(Organisation.objects.filter(calendar__isnull=False).values_list("calendar_id").annotate(Count("pk")))
    listing = Listing(
        key="calendars",
        title=_("Opening hours"),
        columns=[
            Column("name", pgettext("thing", "Name")),
            Column("week", _("Week")),
            Column("timezone", _("Time zone"), is_on_phone=False),
            Column("holidays", _("Public holidays")),
            Column("users", _("Used by"), align="end"),
        ],
        rows=[_row(each, users.get(each.pk, 0)) for each in Calendar.objects.order_by("name")],
        address=Address.of(request),
        empty=EmptyState(
            _("No opening hours yet"),
            _("Every deadline counts in opening hours. Without any, it counts around the clock."),
            "calendar-clock",
        ),
    )
    action = Action(_("New opening hours"), reverse("admin:calendar_new"), is_primary=True, icon="plus")
    context = {"listing": listing, "primary_action": action if request.actor.sees_all else None}
    return render(request, "kernel/list.html", context)


@screen(MANAGE, methods=("GET", "POST"))
def calendar_new(request: ActorRequest) -> HttpResponse:
    """Make opening hours."""
    week = {f"day_{number}": "08:30-18:00" for number in range(len(DAYS))}
    return _edit(request, None, week, _("New opening hours"))


@screen(MANAGE, methods=("GET", "POST"))
def calendar(request: ActorRequest, calendar_id: int) -> HttpResponse:
    """Change opening hours and see their exceptions."""
    shown = get_object_or_404(Calendar, pk=calendar_id)
    initial = {name: getattr(shown, name) for name in ("name", "timezone", "holiday_country", "closes_on_holidays")}
    for number, day in enumerate(shown.weekly_hours):
        initial[f"day_{number}"] = hours_text(day)
    return _edit(request, shown, initial, shown.name)


@screen(MANAGE, methods=("GET", "POST"))
def calendar_exception(request: ActorRequest, calendar_id: int) -> HttpResponse:
    """Give a date its own hours."""
    shown = get_object_or_404(Calendar, pk=calendar_id)
    form = ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        if carried_out(
            form,
            lambda: set_exception(
                actor=request.actor, calendar=shown, day=data["date"], hours=data["hours"], note=data["note"], at=now
            ),
        ):
            return redirect("admin:calendar", shown.pk)
    back = reverse("admin:calendar", args=[shown.pk])
    crumbs = [Crumb(shown.name, back)]
    return show_form(
        request, "admin/form.html", form, title=_("A day with other hours"), cancel_url=back, crumbs=crumbs
    )


@screen(MANAGE, methods=("POST",))
def calendar_exception_remove(request: ActorRequest, calendar_id: int, exception_id: int) -> HttpResponse:
    """Let a date have its usual hours again."""
    exception = get_object_or_404(CalendarException, pk=exception_id, calendar_id=calendar_id)
    word = _("The day has its usual hours again.")
    attempt(request, lambda: remove_exception(actor=request.actor, exception=exception, at=timezone.now()), word)
    return redirect("admin:calendar", calendar_id)


def _edit(request: ActorRequest, shown: Calendar | None, initial: Mapping[str, object], title: str) -> HttpResponse:
    if request.method == "POST" and not request.actor.sees_all:
        raise NotAllowed(MANAGE)
    form = CalendarForm(request.POST or None, initial=dict(initial))
    if request.method == "POST" and form.is_valid():
        hours, now = _hours(form), timezone.now()
        saved: list[Calendar] = []
        if carried_out(
            form, lambda: saved.append(save_calendar(actor=request.actor, calendar=shown, hours=hours, at=now))
        ):
            return redirect("admin:calendar", saved[0].pk)
    crumbs = [Crumb(_("Opening hours"), reverse("admin:calendars"))]
    exceptions = _exceptions(shown) if shown else []
    context = {"calendar": shown, "exceptions": exceptions, "crumbs": crumbs, "can_edit": request.actor.sees_all}
    cancel = reverse("admin:calendars")
    return show_form(request, "admin/calendar.html", form, title=title, cancel_url=cancel, **context)


def _hours(form: CalendarForm) -> CalendarHours:
    names = ("name", "timezone", "holiday_country", "closes_on_holidays")
    return CalendarHours(weekly=form.weekly(), **{name: form.cleaned_data[name] for name in names})


def _exceptions(shown: Calendar) -> list[dict[str, object]]:
    rows = shown.exceptions.order_by("-date")[:_SHOWN_EXCEPTIONS]
    return [{"row": each, "hours": hours_text(each.hours) or _("Closed")} for each in rows]


def _row(each: Calendar, users: int) -> Row:
    return Row(
        reverse("admin:calendar", args=[each.pk]),
        [each.name, _week(each), each.timezone, _holidays(each), str(users)],
        label=each.name,
    )


def _holidays(each: Calendar) -> str:
    if not each.holiday_country:
        return _("None")
    words = _("%(country)s: closed") if each.closes_on_holidays else _("%(country)s: open")
    return words % {"country": country_name(each.holiday_country)}


def _week(each: Calendar) -> str:
    """Days with the same hours are told together: ``Mon–Fri 08:30-18:00; Sat, Sun closed``."""
    days = [hours_text(day) or _("closed") for day in each.weekly_hours]
    words: list[str] = []
    start = 0
    for number in range(1, len(days) + 1):
        if number == len(days) or days[number] != days[start]:
            words.append(f"{_span(start, number - 1)} {days[start]}")
            start = number
    return "; ".join(words)


def _span(first: int, last: int) -> str:
    names = [date_format(_MONDAY.replace(day=_MONDAY.day + number), "D") for number in (first, last)]
    return names[0] if first == last else "–".join(names)
