"""What the room declares when Django is ready."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import declare_personal_data
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.settings import Setting, declare_settings
from vinloop.portal.personal_data import portal_data

MANAGE_ENQUIRY = "portal.enquiry:manage"
# What the holder of a buyer's link may do, whichever door the link is shown at.
GRANTS = frozenset({MANAGE_ENQUIRY, "leads.lead:capture"})


def declare() -> None:
    """Make the permission, the facts and the settings of the public site known."""
    declare_personal_data(portal_data())
    import_module("vinloop.portal.events")
    declare_permissions({MANAGE_ENQUIRY: _("Look after one's own enquiry on the public site")})
    section = _("Public site")
    declare_settings(
        Setting(
            name="portal.hotline",
            kind="text",
            default="",
            label=_("Hotline"),
            hint=_("Shown at the foot of every public page. Empty: not shown."),
            section=section,
        ),
        Setting(
            name="portal.imprint",
            kind="text",
            default="",
            label=_("Company line"),
            hint=_("Name, address and registration number, for the foot of the public site and its imprint."),
            section=section,
        ),
        Setting(
            name="portal.call_minutes",
            kind="minutes",
            default=60,
            label=_("Promise: we call within (business minutes)"),
            hint=_("Told to buyers after they sent the form, counted in the opening hours of headquarters."),
            section=section,
            minimum=1,
            maximum=20_000,
        ),
        Setting(
            name="portal.enquiries_per_hour",
            kind="int",
            default=20,
            label=_("Forms from one address in an hour"),
            hint=_("More are asked to wait. A fair or a showroom shares one address."),
            section=section,
            minimum=1,
            maximum=10_000,
        ),
    )
