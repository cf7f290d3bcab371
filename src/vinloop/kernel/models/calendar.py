"""Opening hours."""

from __future__ import annotations

from django.db import models


class Calendar(models.Model):
    """Weekly opening hours with public holidays; used by every deadline.

    ``weekly_hours`` holds seven lists, Monday first, of ``[open_minute, close_minute]`` counted from local
    midnight: ``[[480, 1200]]`` is 08:00–20:00.
    """

    name = models.CharField(max_length=100, unique=True)
    timezone = models.CharField(max_length=60, default="Asia/Shanghai")
    weekly_hours = models.JSONField(default=list)
    holiday_country = models.CharField(max_length=2, blank=True)
    closes_on_holidays = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class CalendarException(models.Model):
    """One date whose hours differ; no hours means closed. It wins over weekday and holiday."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="exceptions")
    date = models.DateField()
    hours = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_exception_once")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.date}"
