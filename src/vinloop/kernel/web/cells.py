"""Small pieces of safe HTML for cells, facts and template tags, so that a thing looks the same all over.

Plain text needs no function: a string in a row is escaped by the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vinloop.kernel.identifiers.money import Money, format_money
from vinloop.kernel.identifiers.phone import format_phone
from vinloop.kernel.web import times

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Tone = Literal["neutral", "info", "good", "soon", "overdue", "accent", "muted"]

_MASK = "…"


def icon(name: str, label: StrOrPromise = "", classes: str = "") -> SafeString:
    """An icon of ``frontend/icons.txt``. Without a label it is decoration and hidden from screen readers."""
    address = f"{_icons()}#{name}"
    if not label:
        return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', classes, address)
    markup = '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>'
    return format_html(markup, classes, label, address)


def link(label: StrOrPromise, url: str) -> SafeString:
    """A link inside a cell."""
    return format_html('<a href="{}">{}</a>', url, label)


def badge(label: StrOrPromise, tone: Tone = "neutral", icon_name: str = "") -> SafeString:
    """A short state in a word; the tone only repeats what the word says."""
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="vl-badge tone-{}">{}{}</span>', tone, mark, label)


def two_lines(first: StrOrPromise, second: StrOrPromise) -> SafeString:
    """A main line and a quiet one below it."""
    return format_html('<span class="vl-main">{}</span><span class="vl-sub">{}</span>', first, second)


def ago(at: datetime | None, now: datetime | None = None) -> SafeString:
    """A past time in relative words, kept running by the browser; the exact time on hover."""
    if at is None:
        return nothing()
    words = times.ago_words(at, now or timezone.now())
    return format_html('<time datetime="{}" title="{}" data-ago>{}</time>', at.isoformat(), times.exact(at), words)


def due(at: datetime | None, now: datetime | None = None, soon_minutes: int = 30) -> SafeString:
    """A deadline in words and tone, kept running by the browser; the exact time on hover."""
    if at is None:
        return nothing()
    left = times.due_in(at, now or timezone.now(), timedelta(minutes=soon_minutes))
    return format_html(
        '<time class="vl-clock is-{}" datetime="{}" title="{}" data-due data-soon="{}">{}</time>',
        left.urgency, at.isoformat(), times.exact(at), soon_minutes, left.words,
    )  # fmt: skip


def money(amount: Money | None) -> SafeString:
    """An amount in the reader's notation; whole amounts without their zeros, as on a price tag."""
    if amount is None:
        return nothing()
    written = format_money(amount, get_language() or "en")
    short = written.replace(".00", "") if _whole(amount) else written
    return format_html('<span class="vl-num">{}</span>', short)


def phone(number: str | None, region: str = "CN") -> SafeString:
    """A number to tap. A masked one (``138…8000``) is shown and cannot be dialled."""
    if not number:
        return nothing()
    if _MASK in number:
        reason = _("Number hidden by your role")
        return format_html('<span class="vl-phone" title="{}">{}</span>', reason, number)
    return format_html('<a class="vl-phone" href="tel:{}">{}</a>', number, format_phone(number, region))


def progress(done: int, total: int) -> SafeString:
    """How far a countable thing is, as figures and a bar."""
    share = round(100 * done / total) if total else 0
    return format_html(
        '<span class="vl-progress"><progress max="100" value="{}"></progress><span>{}/{}</span></span>',
        share, f"{done:,}", f"{total:,}",
    )  # fmt: skip


def percent(share: float | None, places: int = 0) -> SafeString:
    """A share of 1 as per cent; None (nothing to divide by) is shown as nothing, not as zero."""
    if share is None:
        return nothing()
    return format_html('<span class="vl-num">{}%</span>', f"{100 * share:.{places}f}")


def sparkline(values: Sequence[float], label: StrOrPromise = "") -> SafeString:
    """A small line of the values, oldest first, 72 by 20 pixels; fewer than two values give nothing."""
    if len(values) < 2:
        return nothing()
    points = _points(values, width=72, height=20)
    last = points[-1]
    return format_html(
        '<svg class="vl-spark" viewBox="-2 -2 76 24" role="img" aria-label="{}"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2"/></svg>',
        label or ", ".join(f"{value:g}" for value in values),
        " ".join(f"{x},{y}" for x, y in points), last[0], last[1],
    )  # fmt: skip


def nothing() -> SafeString:
    """The mark for a value nobody has entered."""
    return _nothing(get_language() or "")


@cache
def _icons() -> str:
    """The file of all icons, under the name it is served by."""
    return static("dist/icons.svg")


@lru_cache(maxsize=20)
def _nothing(language: str) -> SafeString:
    """Made once per language: a list shows it in every other row."""
    return format_html('<span class="vl-none" title="{}">–</span>', _("Not recorded"))


def _whole(amount: Money) -> bool:
    return amount.amount == amount.amount.to_integral_value()


def _points(values: Sequence[float], *, width: int, height: int) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    spread = (high - low) or 1
    step = width / (len(values) - 1)
    return [
        (round(index * step, 1), round(height - (value - low) / spread * height, 1))
        for index, value in enumerate(values)
    ]
