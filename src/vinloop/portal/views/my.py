"""After the form: the thank-you page and the buyer's own page, both opened by a signed link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, public_page
from vinloop.kernel.settings import get_setting
from vinloop.leads.events import LeadNotFound, NotPossible
from vinloop.leads.models import Lead
from vinloop.network.schedules import schedule_of
from vinloop.portal import actions, guard
from vinloop.portal.chrome import public
from vinloop.portal.declarations import GRANTS
from vinloop.portal.drives import drive_file
from vinloop.portal.events import LinkRefused
from vinloop.portal.forms import CommentForm, FarewellForm, SlotForm
from vinloop.portal.hours import call_words, open_words, week_lines
from vinloop.portal.links import Link, read_token
from vinloop.portal.queries import Enquiry, enquiry_of
from vinloop.portal.rules import DRIVE_STATES
from vinloop.portal.words import channel_rows, refusal_words, step_rows

P = ParamSpec("P")
LinkView = Callable[Concatenate[ActorRequest, Link, P], HttpResponseBase]
Page = Callable[Concatenate[ActorRequest, str, P], HttpResponseBase]


def linked(*, needs_full: bool = True) -> Callable[[LinkView[P]], Page[P]]:
    """Hand the view what its token stands for; a link that is not ours, or is over, gets a page that says so."""

    def decorate(view: LinkView[P]) -> Page[P]:
        @wraps(view)
        def opened(request: ActorRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                link = read_token(token)
            except LinkRefused as refused:
                return _refused(request, is_expired=refused.is_expired)
            if needs_full and not link.is_full:
                return _back(link)
            try:
                return view(request, link, *args, **kwargs)
            except (Lead.DoesNotExist, LeadNotFound):
                return _refused(request, is_expired=True)

        return cast(Page[P], opened)

    return decorate


@public_page()
@linked(needs_full=False)
def thanks(request: ActorRequest, link: Link) -> HttpResponse:
    """What happens next, and when."""
    return public(request, "portal/thanks.html", {"link": link, **_promise(request, link)}, is_private=True)


@public_page(grants=GRANTS)
@linked(needs_full=False)
def my(request: ActorRequest, link: Link) -> HttpResponse:
    """Where the enquiry stands, and what its buyer can do."""
    if not link.is_full:
        return public(request, "portal/my_received.html", {"link": link, **_promise(request, link)}, is_private=True)
    return _my(request, link)


@public_page(methods=("GET", "POST"), grants=GRANTS)
@linked()
def test_drive(request: ActorRequest, link: Link) -> HttpResponse:
    """Choose a time for a test drive, or another one."""
    enquiry = enquiry_of(link.ref)
    if enquiry.dealer is None or enquiry.lead.status not in DRIVE_STATES:
        return _back(link)
    if request.method == "POST" and (answer := _choose(request, link)) is not None:
        return answer
    return _slots(request, link, enquiry)


@public_page(methods=("POST",), grants=GRANTS)
@linked()
def test_drive_cancel(request: ActorRequest, link: Link) -> HttpResponse:
    """Call the test drive off."""
    return _do(
        request,
        link,
        lambda: actions.call_off_drive(actor=request.actor, ref=link.ref, at=timezone.now()),
        _("Your test drive is cancelled."),
    )


@public_page(grants=GRANTS)
@linked()
def calendar(request: ActorRequest, link: Link) -> HttpResponse:
    """The test drive for the buyer's own calendar."""
    body = drive_file(link.ref, at=timezone.now())
    if body is None:
        return _back(link)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="test-drive.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@public_page(methods=("POST",), grants=GRANTS)
@linked()
def consent(request: ActorRequest, link: Link) -> HttpResponse:
    """Withdraw a consent."""
    channel = request.POST.get("channel", "")
    try:
        actions.withdraw_consent(actor=request.actor, ref=link.ref, channel=channel, at=timezone.now())
    except ValueError:
        messages.error(request, _("Please choose a channel."))
        return _back(link)
    messages.success(request, _("Noted: no more offers and news on this channel."))
    return _back(link)


@public_page(methods=("POST",), grants=GRANTS)
@linked()
def comment(request: ActorRequest, link: Link) -> HttpResponse:
    """A message to whoever looks after the buyer."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _my(request, link, status=422, comment=form)
    text = form.cleaned_data["text"]
    return _do(
        request,
        link,
        lambda: actions.write_comment(actor=request.actor, ref=link.ref, text=text, at=timezone.now()),
        _("Thank you. Your message has arrived."),
    )


@public_page(methods=("POST",), grants=GRANTS)
@linked()
def not_interested(request: ActorRequest, link: Link) -> HttpResponse:
    """No longer interested."""
    form = FarewellForm(request.POST)
    if not form.is_valid():
        return _my(request, link, status=422, farewell=form)
    reason = form.cleaned_data["reason"]
    return _do(
        request,
        link,
        lambda: actions.drop_interest(actor=request.actor, ref=link.ref, reason=reason, at=timezone.now()),
        _("Thank you for telling us. We will close your enquiry."),
    )


def _my(request: ActorRequest, link: Link, *, status: int = 200, **forms: Any) -> HttpResponse:
    enquiry, now = enquiry_of(link.ref), timezone.now()
    context = {
        "link": link,
        "enquiry": enquiry,
        "lead": enquiry.lead,
        "steps": step_rows(enquiry.steps),
        "channels": channel_rows(enquiry.consents),
        "comment": forms.get("comment") or CommentForm(),
        "farewell": forms.get("farewell") or FarewellForm(),
        "can_drive": enquiry.dealer is not None and enquiry.lead.status in DRIVE_STATES,
        **_promise(request, link),
        **_dealer(enquiry),
        "now": now,
    }
    if enquiry.dealer is not None:
        timezone.activate(ZoneInfo(enquiry.dealer.timezone))
    return public(request, "portal/my.html", context, status=status, is_private=True)


def _dealer(enquiry: Enquiry) -> dict[str, Any]:
    if enquiry.dealer is None:
        return {}
    schedule = enquiry.dealer.schedule
    is_open, words = open_words(schedule, timezone.now())
    return {"dealer": enquiry.dealer, "is_open": is_open, "open_words": words, "hours": week_lines(schedule)}


def _promise(request: ActorRequest, link: Link) -> dict[str, Any]:
    schedule = schedule_of(request.actor.organisation_id)
    minutes = int(get_setting("portal.call_minutes"))
    return {"call_by": call_words(schedule, link.issued_at, minutes), "desk_hours": week_lines(schedule)}


def _slots(request: ActorRequest, link: Link, enquiry: Enquiry) -> HttpResponse:
    now = timezone.now()
    zone = ZoneInfo(enquiry.dealer.timezone if enquiry.dealer else "UTC")
    days = actions.days_to_drive(now, zone)
    day = _day(request, days)
    timezone.activate(zone)
    free = actions.free_times(actor=request.actor, ref=link.ref, day=day, at=now)
    context = {"link": link, "enquiry": enquiry, "dealer": enquiry.dealer, "days": days, "day": day, "slots": free}
    return public(request, "portal/test_drive.html", context, is_private=True)


def _day(request: ActorRequest, days: list[date]) -> date:
    try:
        wanted = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return days[1]
    return wanted if wanted in days else days[1]


def _choose(request: ActorRequest, link: Link) -> HttpResponse | None:
    """Book the chosen time; ``None`` when it could not be, so that the page shows what is free now."""
    form = SlotForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose one of the times."))
        return None
    try:
        with transaction.atomic():
            actions.choose_drive(
                actor=request.actor, ref=link.ref, starts_at=form.cleaned_data["starts_at"], at=timezone.now()
            )
    except NotPossible as refused:
        messages.error(request, refusal_words(refused.reason))
        return None
    messages.success(request, _("Your test drive is booked. We look forward to seeing you."))
    return _back(link)


def _do(request: ActorRequest, link: Link, action: Callable[[], object], words: str) -> HttpResponse:
    if guard.is_too_much(request, f"my {link.ref}"):
        messages.error(request, _("You sent many messages. Please try again in an hour, or call us."))
        return _back(link)
    try:
        action()
    except NotPossible as refused:
        messages.error(request, refusal_words(refused.reason))
    else:
        messages.success(request, words)
    return _back(link)


def _back(link: Link) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("portal:my", args=[link.token]))


def _refused(request: ActorRequest, *, is_expired: bool) -> HttpResponse:
    status = 410 if is_expired else 404
    return public(request, "portal/link_refused.html", {"is_expired": is_expired}, status=status, is_private=True)
