"""The frame around staff and dealer pages; ``kernel/base.html`` draws it from ``frame``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_BOTTOM_BAR = 4


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the left rail. ``counter_url`` answers the number as text, asked on live events.

    ``heading`` starts a group above this entry.
    """

    label: StrOrPromise
    url: str
    icon: str
    is_active: bool = False
    counter: int | None = None
    counter_url: str = ""
    heading: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class CreateEntry:
    """One thing the person may create, in the menu under ``c``."""

    label: StrOrPromise
    url: str
    icon: str = "plus"


@dataclass(frozen=True, slots=True)
class OrganisationChoice:
    """An organisation the person can act for."""

    value: str
    label: StrOrPromise
    detail: StrOrPromise = ""
    is_active: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything around the content. An empty URL leaves its part out."""

    brand: StrOrPromise = "Vinloop"
    accent: str = ""
    home_url: str = "/"
    menu: Sequence[MenuEntry] = ()
    search_url: str = ""
    create: Sequence[CreateEntry] = ()
    organisations: Sequence[OrganisationChoice] = ()
    switch_url: str = ""
    user_name: str = ""
    user_role: StrOrPromise = ""
    profile_url: str = ""
    security_url: str = ""
    logout_url: str = ""
    live_url: str = ""

    @property
    def organisation(self) -> OrganisationChoice | None:
        """The organisation the person acts for now."""
        return next((choice for choice in self.organisations if choice.is_active), None)

    @property
    def bottom_bar(self) -> Sequence[MenuEntry]:
        """The first entries, for the bar at the bottom of a phone."""
        return self.menu[:_BOTTOM_BAR]

    @property
    def initials(self) -> str:
        """Two letters of a Latin name, the last two characters of a Chinese one, as colleagues would."""
        words = self.user_name.split()
        if len(words) > 1:
            return (words[0][:1] + words[-1][:1]).upper()
        return self.user_name[-2:] if not self.user_name.isascii() else self.user_name[:2].upper()
