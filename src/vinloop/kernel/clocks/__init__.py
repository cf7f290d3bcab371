"""Clocks: how long something took, and when it is due, counted in the opening hours of whoever must act.

A dealer who gets a lead at closing time has not missed it by morning. Every deadline, response time and
service level in the house is counted here, so that a figure means the same everywhere. This room owns opening
hours, public holidays and business-time arithmetic, as pure functions. It must not read the present moment,
load schedules from the database, or format times for people.
"""

from vinloop.kernel.clocks.arithmetic import (
    NeverOpen,
    add_business_minutes,
    business_seconds_between,
    is_open,
    next_opening,
)
from vinloop.kernel.clocks.holiday_table import is_holiday, is_make_up_workday
from vinloop.kernel.clocks.schedule import (
    DAY_MINUTES,
    Interval,
    Intervals,
    Schedule,
    ScheduleError,
    always_open,
    uniform_week,
)

__all__ = [
    "DAY_MINUTES",
    "Interval",
    "Intervals",
    "NeverOpen",
    "Schedule",
    "ScheduleError",
    "add_business_minutes",
    "always_open",
    "business_seconds_between",
    "is_holiday",
    "is_make_up_workday",
    "is_open",
    "next_opening",
    "uniform_week",
]
