"""Changes of the lists headquarters keeps: reasons, sources, campaigns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class ReasonSaved(Fact, frozen=True, kw_only=True):
    """A reason code was added, renamed or taken out of use."""

    kind = "leads.ReasonSaved"
    title = _("Reason code saved: %(code)s")
    icon = "list-check"
    code: str
    reason_kind: str
    is_active: bool


class SourceSaved(Fact, frozen=True, kw_only=True):
    """A lead source was added, renamed or taken out of use."""

    kind = "leads.SourceSaved"
    title = _("Lead source saved: %(code)s")
    icon = "inbox"
    code: str
    family: str
    is_active: bool


class CampaignSaved(Fact, frozen=True, kw_only=True):
    """A campaign was added or changed. ``cost`` in minor units of ``currency``."""

    kind = "leads.CampaignSaved"
    title = _("Campaign saved: %(code)s")
    icon = "speakerphone"
    group = "marketing"
    code: str
    cost: int
    currency: str
    is_active: bool
