"""Tags of the web kit: icons, times, amounts, phones, form fields, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, ClearableFileInput, Select, SelectMultiple, Widget
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vinloop.kernel.identifiers.money import Money
from vinloop.kernel.identifiers.plate import display_plate
from vinloop.kernel.once import form_key
from vinloop.kernel.web import cells
from vinloop.kernel.web.accent import accent_css
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.words import browser_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()


@register.simple_tag
def icon(name: str, label: StrOrPromise = "", classes: str = "") -> SafeString:
    """``{% icon "phone" %}``; a label makes it readable for a screen reader."""
    return cells.icon(name, label, classes)


@register.simple_tag
def badge(label: StrOrPromise, tone: cells.Tone = "neutral", icon_name: str = "") -> SafeString:
    """``{% badge lead.state_label "good" %}``."""
    return cells.badge(label, tone, icon_name)


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None) -> SafeString:
    """``{% ago lead.created_at %}``: relative to the context's ``now``, else to this moment."""
    return cells.ago(at, _now(context))


@register.simple_tag(takes_context=True)
def due(context: Context, at: datetime | None, soon_minutes: int = 30) -> SafeString:
    """``{% due lead.accept_by %}``: what is left, in words and tone."""
    return cells.due(at, _now(context), soon_minutes)


@register.filter
def plate(value: str) -> str:
    """``{{ vehicle.plate|plate }}``: as embossed, 沪A·D12345."""
    return display_plate(value)


@register.filter
def grouped(count: int) -> str:
    """A number as everywhere on screen, in both languages: ``1,234``."""
    return f"{count:,}"


@register.simple_tag
def once() -> SafeString:
    """``{% once %}`` inside a form: sent twice, it is carried out once."""
    return form_key()


@register.simple_tag
def money(amount: Money | None) -> SafeString:
    """``{% money order.total %}``."""
    return cells.money(amount)


@register.simple_tag
def phone(number: str | None, region: str = "CN") -> SafeString:
    """``{% phone contact.number %}``: E.164 to tap, or a masked number."""
    return cells.phone(number, region)


@register.simple_tag
def pct(share: float | None, places: int = 0) -> SafeString:
    """``{% pct 0.314 1 %}`` gives 31.4%."""
    return cells.percent(share, places)


@register.simple_tag
def sparkline(values: Sequence[float], label: StrOrPromise = "") -> SafeString:
    """``{% sparkline row.trend %}``."""
    return cells.sparkline(values, label)


@register.simple_tag
def progress(done: int, total: int) -> SafeString:
    """``{% progress 3 5 %}``."""
    return cells.progress(done, total)


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: str | None) -> str:
    """``{% query_string view="mine" q=None %}``: this page's address with some parameters changed."""
    request = context["request"]
    if not isinstance(request, HttpRequest):
        raise template.TemplateSyntaxError("query_string needs the request in the context")
    return Address.of(request).url(**{name: str(value) if value else None for name, value in changes.items()})


@register.simple_tag
def accent(colour: str = "") -> SafeString:
    """``<html style="{% accent frame.accent %}">``; a value that is no colour is not let through."""
    return format_html("{}", accent_css(colour or ""))


@register.simple_tag
def kit_words() -> dict[str, str]:
    """``{% kit_words as words %}``: the sentences for the page's scripts."""
    return browser_words()


@register.inclusion_tag("kernel/_field.html")
def kit_field(field: BoundField, label: StrOrPromise = "", hint: StrOrPromise = "") -> dict[str, object]:
    """``{% kit_field form.phone %}``: label, control, hint and error, tied together for screen readers."""
    hint = hint or field.help_text
    widget = field.field.widget
    described = [f"{field.auto_id}_hint"] if hint else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    return {
        "field": field,
        "label": label or field.label,
        "hint": hint,
        "kind": _field_kind(widget),
        "control": field.as_widget(attrs=_control_attributes(widget, described)),
        "is_required": field.field.required,
        "described_by": " ".join(described),
    }


def _control_attributes(widget: Widget, described: list[str]) -> dict[str, str | bool]:
    classes = f"{_control_class(widget)} {widget.attrs.get('class', '')}".strip()
    attributes: dict[str, str | bool] = {"class": classes}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return attributes


def _control_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if _is_plain_select(widget) else "form-control"


def _is_plain_select(widget: Widget) -> bool:
    return isinstance(widget, Select) and getattr(widget, "input_type", "select") == "select"


def _field_kind(widget: Widget) -> str:
    """How ``_field.html`` arranges it: choices as buttons, a switch beside its label, or a plain control."""
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, SelectMultiple | ClearableFileInput) or _is_plain_select(widget):
        return "plain"
    return "choices" if getattr(widget, "input_type", "") in ("radio", "checkbox") else "plain"


def _now(context: Context) -> datetime | None:
    now = context.get("now")
    return now if isinstance(now, datetime) else None
