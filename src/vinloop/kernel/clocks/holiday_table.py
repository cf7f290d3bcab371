"""Public holidays by country and year, from the libraries which follow the official announcements."""

from datetime import date
from functools import lru_cache

import holidays
from chinese_calendar.constants import holidays as _china_days_off
from chinese_calendar.constants import workdays as _china_make_up_days

_CHINA = "CN"
_CHINA_YEARS = frozenset(day.year for day in _china_days_off)


def is_known_country(country: str) -> bool:
    """Whether there is a holiday table for this ISO 3166 code."""
    return country in holidays.list_supported_countries()


def is_holiday(country: str, day: date) -> bool:
    """Whether the day is a public holiday there; in China including the days off joined to it (调休)."""
    return day in _days_off(country, day.year)


def is_make_up_workday(country: str, day: date) -> bool:
    """Whether a weekend day is worked in exchange for a holiday: only China announces such days."""
    return country == _CHINA and day in _china_make_up_days


@lru_cache(maxsize=512)
def _days_off(country: str, year: int) -> frozenset[date]:
    """The State Council announces one year at a time; a year it has not announced has the fixed days only."""
    if country == _CHINA and year in _CHINA_YEARS:
        return frozenset(day for day in _china_days_off if day.year == year)
    return frozenset(holidays.country_holidays(country, years=year))
