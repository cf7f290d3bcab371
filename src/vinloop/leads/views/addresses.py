"""Where other screens are, as far as this installation has them."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def lead_url(ref: str) -> str:
    """The lead's own page."""
    return reverse("leads:lead_page", args=[ref])


def sale_url(ref: str) -> str:
    """Where a sale is reported: a page of the orders room above, otherwise the lead's own page."""
    try:
        return f"{reverse('orders:order_new')}?lead={ref}"
    except NoReverseMatch:
        return lead_url(ref)
