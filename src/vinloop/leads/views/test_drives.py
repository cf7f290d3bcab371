"""Screens of test drives: the calendar, the booking, the drive itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.record import Crumb
from vinloop.leads.actions.invitations import calendar_file
from vinloop.leads.actions.test_drives import (
    book_test_drive,
    cancel_test_drive,
    finish_test_drive,
    mark_no_show,
    move_test_drive,
)
from vinloop.leads.forms.test_drives import BookingForm, ReportForm, SlotForm
from vinloop.leads.models import DemoCar, Lead, TestDrive
from vinloop.leads.queries.consultants import consultants_of
from vinloop.leads.queries.desk import people_of
from vinloop.leads.queries.test_drives import (
    Fleet,
    bookable_leads,
    demo_cars_of,
    drives_between,
    get_drive,
    opening_spans,
    slots_among,
)
from vinloop.leads.rules.days import day_span, local_day
from vinloop.leads.views.calendar import DayInput, booking_url, day_calendar, week_rows
from vinloop.leads.views.refusals import attempted, carried_out
from vinloop.leads.views.test_drive_record import drive_record

MANAGE = "leads.test_drive:manage"
MOST_TIMES = 40


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A free time to choose with a tap."""

    starts_at: datetime
    url: str
    is_chosen: bool


@screen(MANAGE)
def calendar(request: ActorRequest) -> HttpResponse:
    """A day, or a week with ``view=week``, of the reader's dealer."""
    actor, now = request.actor, timezone.now()
    day = _day(request.GET.get("day", "")) or local_day(now, actor.timezone)
    is_week = request.GET.get("view") == "week"
    first = day - timedelta(days=day.weekday()) if is_week else day
    length = 7 if is_week else 1
    drives = drives_between(actor, *day_span(first, actor.timezone, days=length))
    cars = demo_cars_of(actor.organisation_id)
    context: dict[str, Any] = {
        "now": now,
        "day": day,
        "days": [first + timedelta(days=n) for n in range(length)],
        "today": local_day(now, actor.timezone),
        "before": first - timedelta(days=length),
        "after": first + timedelta(days=length),
        "is_week": is_week,
        "drives": drives,
        "cars": cars,
        "new_url": booking_url(starts_at=f"{day}T10:00" if day > local_day(now, actor.timezone) else ""),
        "may_manage_cars": actor.may("leads.demo_car:manage"),
    }
    if is_week:
        context["rows"] = week_rows(first, cars, drives)
    else:
        spans = list(opening_spans(actor.organisation_id, day))
        context["is_closed"] = not spans
        given = DayInput(spans, cars, consultants_of(actor.organisation_id), drives, now)
        context["calendar"] = day_calendar(day, given)
    return render(request, "leads/test_drive_calendar.html", context)


@screen(MANAGE, methods=("GET", "POST"))
def book(request: ActorRequest) -> HttpResponse:
    """Book a test drive, from a lead or from an empty slot."""
    actor, now = request.actor, timezone.now()
    leads = bookable_leads(actor, ref=request.GET.get("lead", ""))
    fleet = _fleet(actor.organisation_id)
    start = _start(request, leads, fleet.cars)
    form = BookingForm(request.POST or None, leads=leads, initial=start, cars=fleet.cars, consultants=fleet.people)

    def save() -> TestDrive:
        return book_test_drive(actor=actor, lead_ref=form.cleaned_data["lead"], slot=form.slot(), at=now)

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Test drive booked."))
        return redirect(f"{reverse('dealer:test_drives')}?day={local_day(form.slot().starts_at, actor.timezone)}")
    form.hide_closed()
    return show_form(
        request,
        "leads/test_drive_form.html",
        form,
        title=_("Book a test drive"),
        submit_label=_("Book"),
        cancel_url=reverse("dealer:test_drives"),
        crumbs=[Crumb(_("Test drives"), reverse("dealer:test_drives"))],
        has_cars=any(car.is_active for car in fleet.cars),
        may_add_cars=actor.may("leads.demo_car:manage"),
        has_leads=bool(leads),
        **_free(request, now, fleet, _model_of(leads)),
    )


@screen(MANAGE, methods=("GET", "POST"))
def drive_page(request: ActorRequest, ref: str) -> HttpResponse:
    """One test drive, with the sheet that finishes it."""
    actor, now = request.actor, timezone.now()
    drive = _drive(actor, ref)
    form = ReportForm(request.POST or None, initial={"level": drive.lead.level})

    def save() -> TestDrive:
        return finish_test_drive(actor=actor, ref=ref, report=form.report(), at=now)

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Saved. The test drive counts as a contact."))
        return redirect("dealer:test_drive", ref=ref)
    can_finish = drive.status == TestDrive.Status.BOOKED and now >= drive.starts_at - timedelta(hours=1)
    context = {"record": drive_record(drive, now), "drive": drive, "form": form, "can_finish": can_finish}
    return render(request, "leads/test_drive_page.html", context, status=422 if form.errors else 200)


@screen(MANAGE, methods=("GET", "POST"))
def move(request: ActorRequest, ref: str) -> HttpResponse:
    """Another time, car or consultant."""
    actor, now = request.actor, timezone.now()
    drive = _drive(actor, ref)
    fleet = _fleet(drive.owner_id)
    start = SlotForm.start(drive) | _asked(request)
    form = SlotForm(request.POST or None, initial=start, cars=fleet.cars, consultants=fleet.people)

    def save() -> TestDrive:
        return move_test_drive(actor=actor, ref=ref, slot=form.slot(), at=now)

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Moved. The customer’s invitation follows."))
        return redirect("dealer:test_drive", ref=ref)
    form.hide_closed()
    url = reverse("dealer:test_drive", args=[ref])
    return show_form(
        request,
        "leads/test_drive_form.html",
        form,
        title=_("Move the test drive of %(name)s") % {"name": drive.customer.name},
        submit_label=_("Reschedule"),
        cancel_url=url,
        crumbs=[Crumb(_("Test drive"), url)],
        has_cars=True,
        has_leads=True,
        **_free(request, now, fleet, drive.demo_car.car_model_id, drive),
    )


@screen(MANAGE, methods=("POST",))
def cancel(request: ActorRequest, ref: str) -> HttpResponse:
    """Call it off."""
    at = timezone.now()
    attempted(request, lambda: cancel_test_drive(actor=request.actor, ref=ref, at=at), _("Cancelled."))
    return redirect("dealer:test_drive", ref=ref)


@screen(MANAGE, methods=("POST",))
def no_show(request: ActorRequest, ref: str) -> HttpResponse:
    """Nobody came."""
    at = timezone.now()
    attempted(request, lambda: mark_no_show(actor=request.actor, ref=ref, at=at), _("Noted: did not come."))
    return redirect("dealer:test_drive", ref=ref)


@screen(MANAGE)
def calendar_entry(request: ActorRequest, ref: str) -> HttpResponse:
    """The drive as a file for one's own calendar."""
    body = calendar_file(_drive(request.actor, ref), at=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="test-drive-{ref}.ics"'
    return response


def _drive(actor: Actor, ref: str) -> TestDrive:
    try:
        return get_drive(actor, ref)
    except TestDrive.DoesNotExist as error:
        raise Http404 from error


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _asked(request: ActorRequest) -> dict[str, str]:
    return {name: value for name in ("starts_at", "car", "consultant") if (value := request.GET.get(name, ""))}


def _start(request: ActorRequest, leads: list[Lead], cars: Sequence[DemoCar]) -> dict[str, Any]:
    """What is likely: the lead's consultant, and a car of the model they want to drive."""
    lead = leads[0] if request.GET.get("lead") and leads else None
    usual = {"consultant": (lead.consultant_id if lead else None) or request.actor.user_id}
    wanted = [car.pk for car in cars if lead and car.is_active and car.car_model_id == lead.car_model_id]
    return usual | {"lead": lead.ref if lead else "", "car": wanted[0] if wanted else ""} | _asked(request)


def _model_of(leads: list[Lead]) -> int | None:
    return leads[0].car_model_id if len(leads) == 1 else None


def _fleet(dealer_id: int) -> Fleet:
    return Fleet(dealer_id, demo_cars_of(dealer_id), people_of(dealer_id))


def _free(
    request: ActorRequest, now: datetime, fleet: Fleet, model_id: int | None, moving: TestDrive | None = None
) -> dict[str, Any]:
    """Free times of the day asked for, each a link that fills in the form; of any model when this one has no car."""
    asked = request.POST.get("starts_at") or request.GET.get("starts_at", "")
    at = timezone.localtime(moving.starts_at if moving else now).date()
    day = _day(request.GET.get("day", "")) or _day(asked[:10]) or at
    found = slots_among(fleet, day, [model_id, None], at=now, moving_ref=moving.ref if moving else "")
    times = [_free_time(request, each.starts_at, each.demo_car_ids, each.consultant_ids, asked) for each in found]
    kept = [(name, value) for name, value in request.GET.items() if name not in ("day", "starts_at")]
    return {"free_day": day, "free_times": times[:MOST_TIMES], "kept": kept, "form_beside": "#free-times"}


def _free_time(
    request: ActorRequest, starts_at: datetime, cars: tuple[int, ...], people: tuple[int, ...], asked: str
) -> FreeTime:
    local = f"{timezone.localtime(starts_at):%Y-%m-%dT%H:%M}"
    mine = request.actor.user_id
    query = request.GET.copy()
    query["starts_at"], query["car"] = local, str(cars[0])
    query["consultant"] = str(mine if mine in people else people[0])
    return FreeTime(starts_at, f"{request.path}?{query.urlencode()}", asked == local)
