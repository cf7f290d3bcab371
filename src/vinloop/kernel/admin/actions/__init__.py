"""Writes of the administration: each authorises, checks, saves and records a fact.

Call them inside ``acting(actor)``. They raise ``NotAllowed`` for what the actor may not do and ``Refused`` for what the
person can put right.
"""

from vinloop.kernel.admin.actions.calendars import CalendarHours, remove_exception, save_calendar, set_exception
from vinloop.kernel.admin.actions.jobs import drop_jobs, replay_jobs
from vinloop.kernel.admin.actions.organisations import (
    OrganisationDetails,
    change_organisation,
    close_organisation,
    create_organisation,
    move_organisation,
    reopen_organisation,
)
from vinloop.kernel.admin.actions.setting_values import read_value
from vinloop.kernel.admin.actions.settings import change_setting

__all__ = [
    "CalendarHours",
    "OrganisationDetails",
    "change_organisation",
    "change_setting",
    "close_organisation",
    "create_organisation",
    "drop_jobs",
    "move_organisation",
    "read_value",
    "remove_exception",
    "reopen_organisation",
    "replay_jobs",
    "save_calendar",
    "set_exception",
]
