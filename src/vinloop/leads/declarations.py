"""Permissions and settings of the leads room (the figures of DOMAIN.md, as shipped)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import declare_personal_data
from vinloop.customers.privacy.retention import declare_retention
from vinloop.customers.references import Reference, declare_reference
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.accounts.notices import NoticeKind, declare_notice
from vinloop.kernel.settings import Entry, Setting, declare_settings
from vinloop.leads.personal_data import lead_data
from vinloop.leads.queries.loads import count_open_leads
from vinloop.leads.queries.told import ACCEPT, MANAGE, NOTICE
from vinloop.leads.retention import lost_leads_rule
from vinloop.leads.rules.dispatch import DEFAULT_WEIGHTS
from vinloop.leads.rules.levels import DEFAULT_CADENCE_DAYS, DEFAULT_LEVEL_DAYS
from vinloop.leads.rules.verification import DEFAULT_RETRY_MINUTES
from vinloop.leads.words import SCORE_PARTS
from vinloop.network.loads import register_load_counter


def declare() -> None:
    """Called once when Django is ready."""
    declare_reference(
        Reference("leads_lead", label=_("Leads")),
        Reference("leads_showroomvisit", label=_("Showroom visits")),
        Reference("leads_testdrive", label=_("Test drives")),
    )
    declare_permissions(_PERMISSIONS)
    declare_personal_data(lead_data())
    declare_retention(lost_leads_rule())
    declare_settings(*_settings())
    label = _("Mail me reminders and missed deadlines of leads")
    declare_notice(NoticeKind(NOTICE, label, (ACCEPT, MANAGE), ("dealer", "region")))
    register_load_counter(count_open_leads)


_PERMISSIONS = {
    "leads.lead:read": _("See leads"),
    "leads.lead:capture": _("Enter leads"),
    "leads.lead:import": _("Import lead files"),
    "leads.lead:verify": _("Verify leads by phone"),
    "leads.lead:dispatch": _("Dispatch leads to dealers and take them back"),
    "leads.lead:accept": _("Accept or decline leads"),
    "leads.lead:work": _("Follow leads up"),
    "leads.lead:assign": _("Assign leads to consultants"),
    "leads.lead:report_lost": _("Report leads as lost"),
    "leads.lead:review_lost": _("Approve lost leads"),
    "leads.lead:recycle": _("Recycle lost and invalid leads"),
    "leads.visit:read": _("See showroom visits"),
    "leads.visit:record": _("Record showroom visits"),
    "leads.test_drive:manage": _("Book and run test drives"),
    "leads.demo_car:manage": _("Manage demo cars"),
    "leads.reason:manage": _("Manage reason codes"),
    "leads.campaign:manage": _("Manage campaigns and sources"),
}


def _minutes(name: str, default: int, label: Any, hint: Any = "", *, minimum: int = 1) -> Setting:
    return Setting(
        name=f"leads.{name}",
        kind="minutes",
        default=default,
        label=label,
        hint=hint,
        section=_("Deadlines"),
        minimum=minimum,
        maximum=20_000,
        is_local=True,
    )


def _days(name: str, default: int, label: Any, hint: Any = "") -> Setting:
    return Setting(
        name=f"leads.{name}",
        kind="int",
        default=default,
        label=label,
        hint=hint,
        section=_("Leads"),
        minimum=1,
        maximum=1000,
    )


def _settings() -> list[Setting]:
    return [*_spans(), *_cadences(), *_deadlines(), *_dispatch()]


def _spans() -> list[Setting]:
    return [
        _days(
            "duplicate_days",
            30,
            _("One lead per customer and brand within (days)"),
            _("A later touch within this time is attached to the lead that exists."),
        ),
        _days("hot_days", 90, _("Hot: plans to buy within (days)"), _("And the contact is verified.")),
        _days("nurture_days", 30, _("Call nurtured leads again after (days)")),
        _days("dormant_days", 45, _("Back to headquarters without contact for (days)")),
        _days("decline_days", 90, _("Past declines count for (days)")),
    ]


def _cadences() -> list[Setting]:
    return [
        Setting(
            name="leads.level_days",
            kind="table",
            default=dict(DEFAULT_LEVEL_DAYS),
            label=_("Intention levels: orders within (days)"),
            hint=_("A customer who wants to order later than the last of these is level L."),
            section=_("Leads"),
            minimum=1,
            maximum=1000,
            entries=_level_entries(),
            is_whole=True,
            check=_level_problem,
        ),
        Setting(
            name="leads.cadence_days",
            kind="table",
            default=dict(DEFAULT_CADENCE_DAYS),
            label=_("Follow-up cadence: every (days)"),
            section=_("Leads"),
            minimum=1,
            maximum=365,
            entries=_level_entries(),
            is_whole=True,
            is_local=True,
        ),
        Setting(
            name="leads.retry_minutes",
            kind="list",
            default=list(DEFAULT_RETRY_MINUTES),
            label=_("Call again after no answer (business minutes, one per try)"),
            hint=_("After the last one the lead is closed as unreachable."),
            section=_("Leads"),
            minimum=1,
            maximum=100_000,
            is_whole=True,
        ),
    ]


def _deadlines() -> list[Setting]:
    return [
        _minutes("accept_minutes", 15, _("Accept within (business minutes)")),
        _minutes(
            "contact_minutes", 30, _("First human contact within (business minutes)"), _("Counted from the dispatch.")
        ),
        _minutes("goal_minutes", 15, _("Goal for the first human contact (business minutes)")),
        _minutes(
            "accept_reassign_minutes",
            60,
            _("Reassign when not accepted this long after the deadline"),
            _("0: never."),
            minimum=0,
        ),
        _minutes(
            "contact_reassign_minutes",
            240,
            _("Reassign when not contacted this long after the deadline"),
            _("0: never."),
            minimum=0,
        ),
        Setting(
            name="leads.clock_mails",
            kind="bool",
            default=True,
            label=_("Mail reminders and missed deadlines"),
            hint=_("Everybody can also turn these mails off for themselves, on their profile."),
            section=_("Deadlines"),
            is_local=True,
        ),
    ]


def _dispatch() -> list[Setting]:
    return [
        Setting(
            name="leads.dispatch_mode",
            kind="choice",
            default="at_once",
            label=_("Dispatch hot leads"),
            section=_("Dispatch"),
            choices=(("at_once", _("At once")), ("daily", _("In the daily run"))),
        ),
        Setting(
            name="leads.dispatch_weights",
            kind="table",
            default=dict(DEFAULT_WEIGHTS),
            label=_("Weights of the dealer choice"),
            hint=_(
                "Points for the customer's wish, own territory, distance, free capacity, being open, and past declines."
            ),
            section=_("Dispatch"),
            minimum=0,
            maximum=1000,
            entries=_weight_entries(),
        ),
    ]


def _level_entries() -> tuple[Entry, ...]:
    label = pgettext_lazy("intention", "Level {level}")
    return tuple(Entry(level, format_lazy(label, level=level)) for level in DEFAULT_LEVEL_DAYS)


def _level_problem(days: Any) -> str | None:
    """The levels are told apart by their limits, so each must be further off than the one before."""
    limits = [days[level] for level in DEFAULT_LEVEL_DAYS]
    is_rising = all(near < far for near, far in pairwise(limits))
    return None if is_rising else gettext("Every level needs more days than the one before it.")


def _weight_entries() -> tuple[Entry, ...]:
    return (
        Entry("wish", SCORE_PARTS["wish"], _("Points for the dealer the customer named.")),
        Entry("territory", SCORE_PARTS["territory"], _("Points when the customer lives in the dealer's territory.")),
        Entry("distance", SCORE_PARTS["distance"], _("All of them next door, none from far away.")),
        Entry("capacity", SCORE_PARTS["capacity"], _("The more the dealer can still take, the more of them.")),
        Entry("open_now", SCORE_PARTS["open_now"], _("Points when the showroom is open at that moment.")),
        Entry(
            "declines",
            SCORE_PARTS["declines"],
            _("Taken off the more the dealer declined lately; zero or less."),
            minimum=-1000,
            maximum=0,
        ),
    )
