"""Figures as people read them, and the change to the span before in words."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vinloop.insight.queries.aggregates import Compared
from vinloop.insight.rules.metrics import METRICS, Counts, Metric
from vinloop.kernel.identifiers.money import Money, exponent, format_money
from vinloop.kernel.web import cells
from vinloop.kernel.web.board import Direction, Figure

_HOUR, _MINUTE = 3600, 60


def number(value: float | None) -> str:
    """A count with thousands separated; shares of a lead keep one decimal."""
    if value is None:
        return ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def duration(seconds: float | None) -> str:
    """``45 s``, ``11 min``, ``2 h 5 min``."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < _MINUTE:
        return _("%(n)d s") % {"n": whole}
    minutes = round(whole / _MINUTE)
    if whole < _HOUR and minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    return _("%(h)d h %(m)d min") % {"h": minutes // 60, "m": minutes % 60}


def money(minor: float | None, currency: str) -> str:
    """An amount without decimals: nobody steers by cents."""
    if minor is None:
        return ""
    written = format_money(Money(_whole(minor, currency), currency), get_language() or "en")
    return written.removesuffix("." + "0" * exponent(currency)) if exponent(currency) else written


def percent(share: float | None) -> str:
    """``31.7%``; whole per cents from 100 on."""
    if share is None:
        return ""
    written = f"{100 * share:,.0f}%" if abs(share) >= 1 or share == 0 else f"{100 * share:.1f}%"
    return written.replace("-", "−")


def value_words(metric: Metric, value: float | None, currency: str = "CNY") -> str:
    """A figure in its unit; empty when there is none."""
    if metric.unit == "money":
        return money(value, currency)
    return {"count": number, "share": percent, "ratio": percent, "seconds": duration}[metric.unit](value)


def cell(metric_key: str, counts: Counts, currency: str = "CNY") -> str | SafeString:
    """A figure in a table."""
    metric = METRICS[metric_key]
    return value_words(metric, metric.value(counts), currency) or cells.nothing()


def figure(metric_key: str, compared: Compared, url: str = "", *, currency: str = "CNY") -> Figure:
    """A figure of a board. Of a fraction it says how many of how many."""
    metric = METRICS[metric_key]
    now, before = metric.value(compared.now), metric.value(compared.before)
    direction, words = _change(metric, now, before, currency)
    return Figure(
        metric.label,
        value_words(metric, now, currency) or cells.nothing(),
        unit=_fraction(metric, compared.now),
        definition=metric.definition,
        change=words,
        direction=direction,
        is_better=metric.is_better(now, before) if words else None,
        url=url,
    )


def _fraction(metric: Metric, counts: Counts) -> str:
    if metric.unit != "share" or not metric.bottom:
        return ""
    return f"{number(counts.get(metric.top) or 0)} / {number(counts.get(metric.bottom) or 0)}"


def _change(metric: Metric, now: float | None, before: float | None, currency: str) -> tuple[Direction, str]:
    if now is None or before is None or not metric.is_comparable:
        return "flat", ""
    words = _size(metric, abs(now - before), currency)
    if now == before or words == _size(metric, 0, currency):
        return "flat", _("unchanged")
    return ("up", f"+{words}") if now > before else ("down", f"−{words}")


def _size(metric: Metric, size: float, currency: str) -> str:
    if metric.unit in ("share", "ratio"):
        return _("%(n)s points") % {"n": f"{100 * size:.1f}"}
    return value_words(metric, size, currency)


def _whole(minor: float, currency: str) -> int:
    unit = int(10 ** exponent(currency))
    return round(minor / unit) * unit
