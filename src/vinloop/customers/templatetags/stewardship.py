"""Tags of the stewards' pages: bars of a waterfall, marks of agreement, probabilities."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.customers.explaining import Bar
from vinloop.customers.stewardship import FIELDS, Comparison, Side
from vinloop.kernel.web import cells

register = template.Library()
_SMALL = 0.01


@register.filter
def share(value: float | None) -> SafeString:
    """``{{ pair.probability|share }}``: one decimal, and never a rounded 100 %."""
    return cells.percent(None if value is None else min(value, 0.999), 1)


@register.filter
def sides(shown: Comparison) -> tuple[Side, Side]:
    """Both records of a comparison, to loop over."""
    return shown.one, shown.two


@register.simple_tag
def agreement(state: str, how: str = "") -> SafeString:
    """How two values agree: a word with a sign, coloured besides; near ones in the words of the evidence."""
    if state == "near":
        return cells.badge(how, "soon", "arrows-left-right")
    if state == "same":
        return cells.badge(_("the same"), "good", "check")
    if state == "part":
        return cells.badge(_("partly"), "soon", "arrows-left-right")
    if state == "differ":
        return cells.badge(_("differs"), "overdue", "x")
    return cells.badge(_("one side only"), "muted", "minus")


@register.simple_tag
def fall_bar(bar: Bar) -> SafeString:
    """The bar of one step; the figure beside it says the same."""
    kind = "up" if bar.bits >= 0 else "down"
    return format_html(
        '<svg class="st-bar is-{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<line x1="50" y1="0" x2="50" y2="10"></line><rect x="{}" y="2" width="{}" height="6"></rect></svg>',
        kind, bar.left, bar.width,
    )  # fmt: skip


@register.filter
def said(side: Side) -> list[tuple[object, str]]:
    """What a record says, field by field, without the empty ones."""
    return [(label, side.values[code]) for code, label in FIELDS if side.values[code]]


@register.filter
def rate(value: float) -> str:
    """``{{ weight.u|rate }}``: small shares as "1 in 20,000", others in per cent."""
    if 0 < value < _SMALL:
        return _("1 in %(n)s") % {"n": f"{round(1 / value):,}"}
    return f"{value:.1%}"
