"""Endpoints of the buyer's page: doors only, opened by the token of the link and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _

from vinloop.kernel.api import Body, Path, ProblemError, PublicController, Query, endpoint, file_endpoint, path
from vinloop.kernel.api.problems import FieldProblem, invalid, make_problem
from vinloop.leads.events import LeadNotFound, NotPossible
from vinloop.leads.models import Lead
from vinloop.portal import actions, guard
from vinloop.portal.api.build import enquiry_out
from vinloop.portal.api.shapes import (
    BuyerChannelIn,
    BuyerDayQuery,
    BuyerDriveIn,
    BuyerEnquiry,
    BuyerFarewell,
    BuyerMessage,
    BuyerSlot,
    BuyerTimes,
    LinkPath,
)
from vinloop.portal.declarations import GRANTS
from vinloop.portal.drives import drive_file
from vinloop.portal.events import LinkRefused
from vinloop.portal.links import Link, read_token
from vinloop.portal.queries import enquiry_of
from vinloop.portal.words import refusal_words

_HOUR = "3600"


class _Linked(PublicController):
    """An address below a buyer's link; a step answers with the enquiry as it is afterwards."""

    is_abstract = True
    tags = ("Buyer",)
    grants = GRANTS

    @contextmanager
    def step(self, token: str) -> Iterator[Link]:
        """One thing the buyer does, unless the link or the state of the enquiry does not allow it."""
        with _opened(token) as link:
            if guard.is_too_much(self.request, f"my {link.ref}"):
                words = _("You sent many messages. Please try again in an hour, or call us.")
                problem = make_problem(429, "too-many-requests", _("Too many requests"), words)
                raise ProblemError(problem, headers={"Retry-After": _HOUR})
            yield link

    def after(self, link: Link) -> BuyerEnquiry:
        """The enquiry after the step."""
        return enquiry_out(self.actor, link, self.at)


class EnquiryController(_Linked):
    """One enquiry."""

    @endpoint(None, operation_id="getOwnEnquiry")
    def get(self, parsed_path: Path[LinkPath]) -> BuyerEnquiry:
        """Read where an enquiry stands, and what its buyer can do.

        410 when the link is over; a link is valid for 180 days.
        """
        with _opened(parsed_path.token, needs_full=False) as link:
            return enquiry_out(self.actor, link, self.at)


class MessageController(_Linked):
    """Messages."""

    @endpoint(None, status=200, operation_id="writeOwnMessage")
    def post(self, parsed_path: Path[LinkPath], parsed_body: Body[BuyerMessage]) -> BuyerEnquiry:
        """Write to whoever looks after the buyer. The same words within ten minutes are one message."""
        text = parsed_body.text.strip()
        if not text:
            raise ProblemError(invalid(FieldProblem("/text", _("Please fill this in."), "required")))
        with self.step(parsed_path.token) as link:
            actions.write_comment(actor=self.actor, ref=link.ref, text=text, at=self.at)
            return self.after(link)


class FarewellController(_Linked):
    """Farewells."""

    @endpoint(None, status=200, operation_id="giveUpOwnEnquiry")
    def post(self, parsed_path: Path[LinkPath], parsed_body: Body[BuyerFarewell]) -> BuyerEnquiry:
        """Say that one is no longer interested. Nobody calls any more; a booked test drive is cancelled."""
        with self.step(parsed_path.token) as link:
            reason = parsed_body.reason.strip()
            actions.drop_interest(actor=self.actor, ref=link.ref, reason=reason, at=self.at)
            return self.after(link)


class ConsentController(_Linked):
    """Consents."""

    @endpoint(None, status=200, operation_id="withdrawOwnConsent")
    def post(self, parsed_path: Path[LinkPath], parsed_body: Body[BuyerChannelIn]) -> BuyerEnquiry:
        """Have no more offers and news on a channel."""
        with _opened(parsed_path.token) as link:
            actions.withdraw_consent(actor=self.actor, ref=link.ref, channel=parsed_body.channel, at=self.at)
            return self.after(link)


class TestDriveController(_Linked):
    """The test drive."""

    @endpoint(None, operation_id="listOwnTestDriveTimes")
    def get(self, parsed_path: Path[LinkPath], parsed_query: Query[BuyerDayQuery]) -> BuyerTimes:
        """List the free times of a day at one's dealer."""
        with _opened(parsed_path.token) as link:
            dealer = enquiry_of(link.ref).dealer
            days = actions.days_to_drive(self.at, ZoneInfo(dealer.timezone if dealer else "UTC"))
            day = parsed_query.day if parsed_query.day in days else days[1]
            free = actions.free_times(actor=self.actor, ref=link.ref, day=day, at=self.at)
            return BuyerTimes(day, days, [BuyerSlot(each.starts_at, each.ends_at) for each in free])

    @endpoint(None, status=200, operation_id="bookOwnTestDrive")
    def post(self, parsed_path: Path[LinkPath], parsed_body: Body[BuyerDriveIn]) -> BuyerEnquiry:
        """Book a test drive, or give the booked one another time."""
        with _opened(parsed_path.token) as link:
            actions.choose_drive(actor=self.actor, ref=link.ref, starts_at=parsed_body.starts_at, at=self.at)
            return self.after(link)

    @endpoint(None, operation_id="cancelOwnTestDrive")
    def delete(self, parsed_path: Path[LinkPath]) -> BuyerEnquiry:
        """Cancel the booked test drive; without one nothing happens."""
        with self.step(parsed_path.token) as link:
            actions.call_off_drive(actor=self.actor, ref=link.ref, at=self.at)
            return self.after(link)


class CalendarController(_Linked):
    """The test drive as a file."""

    @file_endpoint(None, content_types=("text/calendar",), operation_id="getOwnTestDriveCalendar")
    def get(self, parsed_path: Path[LinkPath]) -> HttpResponseBase:
        """Read the booked test drive as an iCalendar file (RFC 5545)."""
        with _opened(parsed_path.token) as link:
            body = drive_file(link.ref, at=self.at)
        if body is None:
            raise Http404
        name = 'attachment; filename="test-drive.ics"'
        return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": name})


@contextmanager
def _opened(token: str, *, needs_full: bool = True) -> Iterator[Link]:
    """What the token stands for; what the link or the enquiry does not allow becomes a problem."""
    try:
        link = read_token(token)
        if needs_full and not link.is_full:
            raise ProblemError(make_problem(403, "link-partial", _("This link only says that the enquiry arrived")))
        yield link
    except LinkRefused as refused:
        raise _refused(is_expired=refused.is_expired) from refused
    except (Lead.DoesNotExist, LeadNotFound) as error:
        raise _refused(is_expired=True) from error
    except NotPossible as refused:
        problem = make_problem(409, "not-possible", _("This cannot be done now"), refusal_words(refused.reason))
        raise ProblemError(problem, members={"code": refused.reason}) from refused


def _refused(*, is_expired: bool) -> ProblemError:
    if is_expired:
        return ProblemError(make_problem(410, "link-expired", _("This link is no longer valid")))
    return ProblemError(make_problem(404, "not-found", _("There is nothing here, or you may not see it")))


urls: list[URLPattern] = [
    path("my/<str:token>", EnquiryController.as_view(), name="my"),
    path("my/<str:token>/message", MessageController.as_view(), name="my-message"),
    path("my/<str:token>/not-interested", FarewellController.as_view(), name="my-not-interested"),
    path("my/<str:token>/consent", ConsentController.as_view(), name="my-consent"),
    path("my/<str:token>/test-drive", TestDriveController.as_view(), name="my-test-drive"),
    path("my/<str:token>/test-drive/calendar", CalendarController.as_view(), name="my-calendar"),
]
