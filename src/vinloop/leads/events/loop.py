"""What happens to a lead on its way from first interest to the delivered car."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class LeadCaptured(Fact, frozen=True, kw_only=True):
    """A new lead exists."""

    kind = "leads.LeadCaptured"
    title = _("Lead captured from %(source)s")
    icon = "inbox"
    group = "sales"
    ref: str
    source: str
    campaign: str = ""
    brand: str = ""
    model: str = ""


class LeadTouched(Fact, frozen=True, kw_only=True):
    """The same person came back within the duplicate window; the touch was attached."""

    kind = "leads.LeadTouched"
    title = _("Came back through %(source)s")
    icon = "repeat"
    group = "sales"
    ref: str
    source: str
    campaign: str = ""


class LeadVerified(Fact, frozen=True, kw_only=True):
    """The desk reached the customer and confirmed contact, need and timeframe."""

    kind = "leads.LeadVerified"
    title = _("Verified, level %(level)s")
    icon = "phone-check"
    group = "contacts"
    ref: str
    level: str
    is_hot: bool


class LeadNotReached(Fact, frozen=True, kw_only=True):
    """A verification call nobody answered."""

    kind = "leads.LeadNotReached"
    title = _("Verification call %(attempt)s: no answer")
    icon = "phone-x"
    group = "contacts"
    ref: str
    attempt: int


class LeadInvalid(Fact, frozen=True, kw_only=True):
    """The lead ended as invalid."""

    kind = "leads.LeadInvalid"
    title = _("Closed as invalid: %(reason)s")
    icon = "ban"
    group = "sales"
    ref: str
    reason: str


class LeadRipened(Fact, frozen=True, kw_only=True):
    """A nurtured lead is to be called again."""

    kind = "leads.LeadRipened"
    title = _("Back on the call list")
    icon = "plant"
    group = "sales"
    ref: str


class LeadDispatched(Fact, frozen=True, kw_only=True):
    """The lead was handed to a dealer, against the clock."""

    kind = "leads.LeadDispatched"
    title = _("Dispatched to %(dealer_name)s")
    icon = "send"
    group = "sales"
    ref: str
    dealer: str
    dealer_name: str
    accept_by: str
    contact_by: str
    level: str = ""
    model: str = ""


class LeadNotPlaced(Fact, frozen=True, kw_only=True):
    """No dealer could take the lead."""

    kind = "leads.LeadNotPlaced"
    title = _("No dealer can take it now")
    icon = "map-off"
    group = "sales"
    ref: str


class LeadAccepted(Fact, frozen=True, kw_only=True):
    """The dealer took the lead."""

    kind = "leads.LeadAccepted"
    title = _("Accepted by the dealer")
    icon = "check"
    group = "sales"
    ref: str
    dealer: str


class LeadDeclined(Fact, frozen=True, kw_only=True):
    """The dealer gave the lead back."""

    kind = "leads.LeadDeclined"
    title = _("Declined by the dealer: %(reason)s")
    icon = "arrow-back-up"
    group = "sales"
    ref: str
    dealer: str
    reason: str


class LeadReminded(Fact, frozen=True, kw_only=True):
    """A deadline is near."""

    kind = "leads.LeadReminded"
    title = _("Reminder: %(clock)s is due")
    icon = "bell"
    group = "sales"
    ref: str
    clock: str


class LeadEscalated(Fact, frozen=True, kw_only=True):
    """A deadline passed; the manager and headquarters were told."""

    kind = "leads.LeadEscalated"
    title = _("Escalated: %(clock)s was missed")
    icon = "alert-triangle"
    group = "sales"
    ref: str
    clock: str


class LeadWithdrawn(Fact, frozen=True, kw_only=True):
    """The lead was taken from a dealer, by a clock or by headquarters."""

    kind = "leads.LeadWithdrawn"
    title = _("Taken back from the dealer: %(reason)s")
    icon = "arrow-back-up"
    group = "sales"
    ref: str
    dealer: str
    reason: str


class LeadAssigned(Fact, frozen=True, kw_only=True):
    """A consultant is responsible for the lead."""

    kind = "leads.LeadAssigned"
    title = _("Assigned to a consultant")
    icon = "user-check"
    group = "sales"
    ref: str
    consultant_id: int


class LeadContacted(Fact, frozen=True, kw_only=True):
    """A person spoke, or tried to speak, to the customer."""

    kind = "leads.LeadContacted"
    title = _("Contact (%(channel)s): %(result)s")
    icon = "phone"
    group = "contacts"
    ref: str
    channel: str
    result: str
    is_first: bool = False
    response_seconds: int | None = None


class LeadLostReported(Fact, frozen=True, kw_only=True):
    """The dealer says the customer is lost; a manager reviews it."""

    kind = "leads.LeadLostReported"
    title = _("Reported as lost: %(reason)s")
    icon = "mood-sad"
    group = "sales"
    ref: str
    reason: str


class LeadLost(Fact, frozen=True, kw_only=True):
    """The loss was approved."""

    kind = "leads.LeadLost"
    title = _("Lost: %(reason)s")
    icon = "circle-x"
    group = "sales"
    ref: str
    reason: str


class LeadLostRejected(Fact, frozen=True, kw_only=True):
    """The manager did not accept the loss; follow-up goes on."""

    kind = "leads.LeadLostRejected"
    title = _("Loss not accepted, follow-up goes on")
    icon = "player-play"
    group = "sales"
    ref: str


class LeadRecycled(Fact, frozen=True, kw_only=True):
    """Headquarters took a lost or invalid lead up again."""

    kind = "leads.LeadRecycled"
    title = _("Recycled by headquarters")
    icon = "recycle"
    group = "sales"
    ref: str
    target: str


class QuoteGiven(Fact, frozen=True, kw_only=True):
    """A price was named to the customer."""

    kind = "leads.QuoteGiven"
    title = _("Quote given for %(model)s")
    icon = "receipt"
    group = "sales"
    ref: str
    model: str
    price: int
    currency: str


class LeadOrdered(Fact, frozen=True, kw_only=True):
    """The customer ordered."""

    kind = "leads.LeadOrdered"
    title = _("Ordered")
    icon = "file-check"
    group = "sales"
    ref: str
    order: str


class LeadDelivered(Fact, frozen=True, kw_only=True):
    """The car was handed over: the loop is closed."""

    kind = "leads.LeadDelivered"
    title = _("Delivered")
    icon = "key"
    group = "sales"
    ref: str
    order: str


class LeadOrderCancelled(Fact, frozen=True, kw_only=True):
    """The order was cancelled; the lead is open again."""

    kind = "leads.LeadOrderCancelled"
    title = _("Order cancelled")
    icon = "file-x"
    group = "sales"
    ref: str
    order: str
