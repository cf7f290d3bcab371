"""Every figure, declared once: what it is called, what it means, and its formula over counts (DOMAIN.md §3).

A formula is a pure function of named counts; the queries count, the screens and the API only show. Nothing to
divide by gives ``None``, which is shown as nothing: no visitors is not a capture rate of zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Counts = Mapping[str, float | None]
Unit = Literal["count", "share", "seconds", "money", "ratio"]
Better = Literal["higher", "lower", ""]
Formula = Callable[[Counts], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure.

    ``top`` and ``bottom`` name the counts of a plain fraction, so that a screen can say "38 of 120" and open the list
    of the 38. ``better`` says which way is welcome; empty when neither.
    """

    key: str
    label: StrOrPromise
    definition: StrOrPromise
    unit: Unit = "share"
    better: Better = "higher"
    top: str
    bottom: str = ""
    formula: Formula | None = None
    is_comparable: bool = True

    def value(self, counts: Counts) -> float | None:
        """The figure: a share of 1, seconds, minor units of money, or a plain number."""
        if self.formula is not None:
            return self.formula(counts)
        return divided(counts, self.top, self.bottom) if self.bottom else counts.get(self.top)

    def is_better(self, now: float | None, before: float | None) -> bool | None:
        """Whether the change is welcome; ``None`` when nothing changed, nothing is known or nobody minds."""
        if not self.better or now is None or before is None or now == before:
            return None
        return (now > before) == (self.better == "higher")


def divided(counts: Counts, top: str, bottom: str) -> float | None:
    """``top`` ÷ ``bottom``; ``None`` without anything to divide by."""
    above, below = counts.get(top), counts.get(bottom)
    return None if above is None or not below else above / below


def return_on_cost(counts: Counts) -> float | None:
    """(attributed margin − cost) ÷ cost."""
    margin, cost = counts.get("margin"), counts.get("cost")
    return None if margin is None or not cost else (margin - cost) / cost


def _count(key: str, label: StrOrPromise, definition: StrOrPromise, better: Better = "higher") -> Metric:
    return Metric(key=key, label=label, definition=definition, unit="count", better=better, top=key)


_LEADS = (
    _count("received", _("Leads"), _("Leads received in the period. Repeated touches of one person are one lead.")),
    _count("valid", _("Valid leads"), _("Of the leads received: the contact was verified or a dealer took them.")),
    Metric(
        key="valid_share",
        label=_("Valid share"),
        definition=_("Valid leads ÷ leads judged so far (valid or invalid)."),
        top="valid",
        bottom="judged",
    ),
    Metric(
        key="hot_share",
        label=_("Hot share"),
        definition=_("Hot leads (verified, buying within 3 months) ÷ valid leads."),
        top="hot",
        bottom="valid",
    ),
    Metric(
        key="conversion_same",
        label=_("Conversion, same period"),
        definition=_("Prospects received in the period who ordered in it ÷ prospects received in the period."),
        top="ordered_same",
        bottom="prospects",
    ),
    Metric(
        key="conversion_carried",
        label=_("Conversion, carried over"),
        definition=_(
            "Prospects of the 90 days before who were open when the period began and ordered in it ÷ all of them."
        ),
        top="carried_ordered",
        bottom="carried",
    ),
    Metric(
        key="conversion_90",
        label=_("Conversion, 90-day cohort"),
        definition=_("Prospects whose 90th day fell into the period and who ordered within 90 days ÷ all of them."),
        top="cohort_ordered",
        bottom="cohort",
    ),
    Metric(
        key="lost_clarity",
        label=_("Lost with a clear reason"),
        definition=_("Lost leads whose reason a manager reviewed ÷ leads reported lost."),
        top="lost_clear",
        bottom="lost_reported",
        is_comparable=False,
    ),
)
_SHOWROOM = (
    _count("visits", _("Showroom visits"), _("Parties that came in the period, with or without a contact.")),
    Metric(
        key="capture_rate",
        label=_("Capture rate"),
        definition=_("New walk-in visitors who left a contact ÷ new walk-in visitors."),
        top="captured",
        bottom="new_walk_ins",
    ),
    Metric(
        key="invite_to_visit",
        label=_("Invited and came"),
        definition=_("Invited parties that arrived in the period ÷ valid leads received in it."),
        top="invited",
        bottom="valid",
    ),
    Metric(
        key="second_visit_rate",
        label=_("Second visits"),
        definition=_("Customers who came again in the period ÷ customers registered for the first time in it."),
        top="returned",
        bottom="registrations",
    ),
    Metric(
        key="test_drive_rate",
        label=_("Test-drive rate"),
        definition=_("Test drives done in the period ÷ new prospects received in it."),
        top="drives_done",
        bottom="prospects",
    ),
)
_SALES = (
    _count("orders", _("Orders"), _("Cars ordered in the period, without cancelled orders.")),
    _count("deliveries", _("Deliveries"), _("Cars handed over in the period.")),
    Metric(
        key="referral_share",
        label=_("Referral share"),
        definition=_("Deliveries whose lead came by referral ÷ deliveries in the period."),
        top="referred",
        bottom="deliveries",
    ),
)
_RESPONSE = (
    Metric(
        key="response_median",
        label=_("First response, median"),
        definition=_("Business time from dispatch to the first human contact; automatic replies do not count."),
        unit="seconds",
        better="lower",
        top="response_median",
    ),
    Metric(
        key="response_p90",
        label=_("First response, P90"),
        definition=_("Nine of ten first human contacts were at least this quick, in business time."),
        unit="seconds",
        better="lower",
        top="response_p90",
    ),
    Metric(
        key="within_goal",
        label=_("Within the goal"),
        definition=_("Dispatched leads contacted within the goal ÷ leads contacted or overdue."),
        top="in_goal",
        bottom="due",
    ),
    Metric(
        key="missed",
        label=_("Missed"),
        definition=_("Dispatched leads contacted too late, not at all by the deadline, or taken back ÷ leads due."),
        better="lower",
        top="missed",
        bottom="due",
    ),
)
_LOOP = (
    _count("dispatched", _("Dispatched"), _("Leads handed to dealers in the period; each hand-over counts."), ""),
    Metric(
        key="accept_rate",
        label=_("Accept rate"),
        definition=_("Hand-overs of the period accepted ÷ those accepted, ended or past the deadline to accept."),
        top="accepted",
        bottom="decided",
    ),
    Metric(
        key="decline_rate",
        label=_("Declined"),
        definition=_("Hand-overs of the period declined by the dealer ÷ all of them."),
        better="lower",
        top="declined",
        bottom="dispatched",
    ),
    Metric(
        key="timeout_rate",
        label=_("Timed out"),
        definition=_("Hand-overs of the period taken back because a deadline passed ÷ all of them."),
        better="lower",
        top="timed_out",
        bottom="dispatched",
    ),
    Metric(
        key="closed_rate",
        label=_("Delivered of dispatched"),
        definition=_("Hand-overs of the period that led to a delivered car ÷ all of them."),
        top="delivered",
        bottom="dispatched",
        is_comparable=False,
    ),
)
_CAMPAIGNS = (
    Metric(
        key="cpl",
        label=_("Cost per lead"),
        definition=_("Cost of the campaign's days in the period ÷ valid leads attributed to it."),
        unit="money",
        better="lower",
        top="cost",
        bottom="leads",
    ),
    Metric(
        key="cps",
        label=_("Cost per sale"),
        definition=_("Cost of the campaign's days in the period ÷ cars handed over in it and attributed to it."),
        unit="money",
        better="lower",
        top="cost",
        bottom="sales",
    ),
    Metric(
        key="roi",
        label=_("Return on cost"),
        definition=_(
            "(Attributed margin − cost) ÷ cost; the margin per car is the share of its price as the settings say."
        ),
        unit="ratio",
        top="margin",
        formula=return_on_cost,
    ),
)

METRICS: Mapping[str, Metric] = {
    metric.key: metric for metric in (*_LEADS, *_SHOWROOM, *_SALES, *_RESPONSE, *_LOOP, *_CAMPAIGNS)
}
