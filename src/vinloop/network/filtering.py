"""The dealer filter of lists: a choice in a small network, a field to type a code or name in a large one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import Filter, Option
from vinloop.network.queries import dealer_named, dealers_of

# A thousand options in every list page cost more than the list itself.
MOST_OPTIONS = 60


def dealer_filter(actor: Actor, address: Address) -> Filter | None:
    """The filter on ``dealer``; ``None`` for a dealer, who sees only itself, and for who may not see dealers."""
    if actor.organisation_kind == "dealer" or not actor.may("network.dealer:read"):
        return None
    value = address.get("dealer")
    chosen = dealer_named(value) if value else None
    chip = f"{_('Dealer')}: {chosen.label if chosen else value}" if value else ""
    dealers = dealers_of(actor)
    is_small = len(dealers) <= MOST_OPTIONS
    return Filter(
        "dealer",
        _("Dealer") if is_small else _("Dealer (code or name)"),
        "select" if is_small else "text",
        options=[Option(each.code, each.label) for each in dealers] if is_small else (),
        value=value,
        chip=chip,
        remove_url=address.url(dealer=None),
    )


def dealer_code(text: str) -> str:
    """The code of the dealer a filter's text names; the text itself when it names none, which finds nothing."""
    found = dealer_named(text) if text else None
    return found.code if found else text
