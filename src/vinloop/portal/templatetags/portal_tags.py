"""Tags of the public site: the drawn car and prices as a showroom writes them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from vinloop.kernel.identifiers.money import Money, exponent
from vinloop.kernel.web import cells
from vinloop.portal import hours
from vinloop.portal.silhouettes import SHAPES, Paint

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()


@register.inclusion_tag("portal/_car.html")
def car(body: str, paint: Paint, label: StrOrPromise = "", *, is_chosen: bool = False) -> dict[str, object]:
    """``{% car "suv" paint label=model.label %}``; ``is_chosen`` makes it follow the colour picked on the page."""
    drawn = body if body in SHAPES else "sedan"
    return {"body": drawn, "shape": SHAPES[drawn], "paint": paint, "label": label, "is_chosen": is_chosen}


@register.inclusion_tag("portal/_car_parts.html")
def car_parts() -> dict[str, object]:
    """``{% car_parts %}``, once per page: the gradients and the wheel that all drawings share."""
    return {"shapes": SHAPES}


@register.simple_tag
def price(minor: int | None, currency: str) -> SafeString | str:
    """A price without the zeros after the point: list prices are whole."""
    if minor is None:
        return ""
    whole = cells.money(Money(minor, currency))
    zeros = "." + "0" * exponent(currency)
    return SafeString(whole.replace(zeros, "")) if minor % 10 ** exponent(currency) == 0 else whole


@register.filter
def day_words(day: date) -> str:
    """``Sunday, 22 November``; in Chinese ``11月22日 星期日``."""
    return hours.long_day(day)


@register.filter
def short_day(day: date) -> str:
    """``22 November 2026``."""
    return hours.short_day(day)


@register.filter
def month_name(day: date) -> str:
    """``Nov``; in Chinese ``11月``."""
    return date_format(day, pgettext("Django's date format for a short month; Chinese: n月", "M"))
