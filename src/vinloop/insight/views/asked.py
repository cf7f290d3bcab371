"""What a page of figures was asked for: whose, of which days; all of it is in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from vinloop.insight.queries.scope import BoardNotFound, BoardScope, scope_of
from vinloop.insight.rules.periods import PRESETS, Period, custom_period, period_named
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import SavedView
from vinloop.leads.queries.stages import COHORT_DAYS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PERIOD_LABELS: dict[str, StrOrPromise] = {
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "30d": gettext_lazy("Last 30 days"),
    "90d": gettext_lazy("Last 90 days"),
    "quarter": gettext_lazy("This quarter"),
    "year": gettext_lazy("This year"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Reader, scope and period of a page."""

    actor: Actor
    scope: BoardScope
    period: Period
    address: Address
    at: datetime

    @classmethod
    def of(cls, request: ActorRequest) -> Asked:
        """Read the address. Raises ``Http404`` for what is out of sight, ``NotAllowed`` for what is not permitted."""
        address, at, actor = Address.of(request), timezone.now(), request.actor
        try:
            scope = scope_of(actor, address.get("organisation"), address.get("consultant"))
        except BoardNotFound as error:
            raise Http404 from error
        return cls(actor, scope, read_period(actor, address, at), address, at)

    @property
    def period_words(self) -> str:
        """``Last 30 days``, or the days themselves."""
        return str(PERIOD_LABELS.get(self.period.key) or self.days)

    @property
    def days(self) -> str:
        """The first and the last day."""
        first, last = self.period.first, self.period.last
        return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"

    @property
    def period_label(self) -> str:
        """The days and in whose time zone they are counted."""
        return f"{self.days} ({self.actor.timezone})"

    @property
    def periods(self) -> list[SavedView]:
        """The periods to choose from."""
        plain = {"day_from": None, "day_to": None, "export": None}
        return [
            SavedView(PERIOD_LABELS[key], self.address.url(period=key, **plain), key == self.period.key)
            for key in PRESETS
        ]

    @property
    def kept(self) -> dict[str, str]:
        """The part of the address that goes along to another page: whose figures, and of which days."""
        names = ("organisation", "consultant", "period", "day_from", "day_to")
        return {name: value for name in names if (value := self.address.get(name))}

    @property
    def kept_for_form(self) -> list[tuple[str, str]]:
        """What the form for other days must carry along."""
        dropped = ("period", "day_from", "day_to", "export", "after", "before")
        return [(name, self.address.get(name)) for name in self.address.query if name not in dropped]

    def page(self, name: str, **changes: str | None) -> str:
        """Another page of figures with the same scope and period, or with ``changes``."""
        wanted = {name: value for name, value in {**self.kept, **changes}.items() if value}
        return with_query(reverse(f"insight:{name}"), wanted)

    def leads(self, stage: str = "", **more: str) -> str:
        """The leads received in the period that reached a stage."""
        days = {"received_from": self.period.first.isoformat(), "received_to": self.period.last.isoformat()}
        return self.leads_now(stage, **{**days, **more})

    def leads_now(self, stage: str = "", **more: str) -> str:
        """The leads of the scope that are in a stage, whenever they came."""
        wanted = {**self.scope.address, "stage": stage, "view": "all", **more}
        return with_query(address_of("leads:lead_list"), wanted)

    def converted(self) -> str:
        """The prospects received in the period which ordered within it."""
        return self.leads("converted", **self._stage_days)

    def carried_over(self) -> str:
        """The prospects already open when the period began which ordered within it."""
        return self.leads_now("carried_over", received_to=_before(self.period.first, 1), **self._stage_days)

    def cohort(self) -> str:
        """The prospects received 90 days before the period which ordered within 90 days."""
        first, last = (_before(day, COHORT_DAYS) for day in (self.period.first, self.period.last))
        return self.leads_now("cohort", received_from=first, received_to=last)

    @property
    def _stage_days(self) -> dict[str, str]:
        return {"stage_from": self.period.first.isoformat(), "stage_to": self.period.last.isoformat()}

    def hand_overs(self, stage: str = "") -> str:
        """The hand-overs of the period in a stage."""
        return self.page("hand_overs", stage=stage)

    def visits(self, **more: str) -> str:
        """The showroom visits of the period."""
        whose = self.scope.address
        if self.scope.consultant is not None:
            whose = whose | {"consultant": str(self.scope.consultant.pk)}
        days = {"arrived_from": self.period.first.isoformat(), "arrived_to": self.period.last.isoformat()}
        return with_query(address_of("dealer:visit_list"), {**whose, **days, **more})

    def orders(self, moment: str, **more: str) -> str:
        """The orders of the period, by the moment they were ``ordered`` or ``delivered``."""
        days = {f"{moment}_from": self.period.first.isoformat(), f"{moment}_to": self.period.last.isoformat()}
        return with_query(address_of("orders:order_list"), {**self.scope.address, **days, **more})


def read_period(actor: Actor, address: Address, at: datetime) -> Period:
    """The days asked for, in the zone of the reader's organisation."""
    first, last = _day(address.get("day_from")), _day(address.get("day_to"))
    if first or last:
        return custom_period(first or last or at.date(), last or first or at.date(), at, actor.timezone)
    return period_named(address.get("period"), at, actor.timezone)


def address_of(name: str) -> str:
    """The address of another room's page; empty where this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def with_query(path: str, values: dict[str, str]) -> str:
    """The address with parameters, empty ones left out; empty for a page that is not there."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if path and query else path


def _before(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
