"""Permissions and settings of the leads room (the figures of DOMAIN.md, as shipped)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access import declare_permissions
from vinloop.kernel.accounts.notices import declare_notice
from vinloop.kernel.settings import Setting, declare_settings
from vinloop.leads.queries.loads import count_open_leads
from vinloop.leads.queries.told import ACCEPT, MANAGE, NOTICE
from vinloop.leads.rules.dispatch import DEFAULT_WEIGHTS
from vinloop.leads.rules.levels import DEFAULT_CADENCE_DAYS, DEFAULT_LEVEL_DAYS
from vinloop.leads.rules.verification import DEFAULT_RETRY_MINUTES
from vinloop.network.loads import register_load_counter


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions(_PERMISSIONS)
    declare_settings(*_settings())
    declare_notice(NOTICE, _("Reminders and missed deadlines of leads"), ACCEPT, MANAGE)
    register_load_counter(count_open_leads)


_PERMISSIONS = {
    "leads.lead:read": _("See leads"),
    "leads.lead:capture": _("Enter leads"),
    "leads.lead:import": _("Import lead files"),
    "leads.lead:verify": _("Verify leads by phone"),
    "leads.lead:dispatch": _("Dispatch leads to dealers and take them back"),
    "leads.lead:accept": _("Accept or decline leads"),
    "leads.lead:work": _("Follow leads up"),
    "leads.lead:assign": _("Give leads to consultants"),
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
        Setting(
            name="leads.level_days",
            kind="table",
            default=dict(DEFAULT_LEVEL_DAYS),
            label=_("Intention levels: orders within (days)"),
            section=_("Leads"),
            minimum=1,
        ),
        Setting(
            name="leads.cadence_days",
            kind="table",
            default=dict(DEFAULT_CADENCE_DAYS),
            label=_("Follow-up cadence: every (days)"),
            section=_("Leads"),
            minimum=1,
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
        ),
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
        ),
    ]
