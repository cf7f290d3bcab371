"""Taking a lead by its button: on the day's card and on the lead's page."""

from __future__ import annotations

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest
from vinloop.leads.actions import accept_lead
from vinloop.leads.models import Lead
from vinloop.leads.views.refusals import attempted


def accept_by_button(request: ActorRequest, ref: str) -> None:
    """Accept the lead and say what to do next. Who comes second is told so, or two people would call the buyer."""
    now = timezone.now()
    taken: list[Lead] = []

    def accept() -> None:
        taken.append(accept_lead(actor=request.actor, ref=ref, at=now))

    if not attempted(request, accept, ""):
        return
    lead = taken[0]
    if lead.accepted_at == now or lead.consultant_id == request.actor.user_id:
        messages.success(request, _("Accepted. Now call."))
    elif lead.consultant:
        messages.warning(request, _("%(who)s has accepted this lead already.") % {"who": lead.consultant.label})
    else:
        messages.warning(request, _("This lead was accepted already."))
