"""Whom a mail about a lead's deadline goes to: by what they may do and where, not by what their role is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from vinloop.kernel.models import Membership, Organisation, User
from vinloop.leads.models import Lead

ACCEPT = "leads.lead:accept"
MANAGE = "leads.lead:assign"
NOTICE = "leads.clock"


class PeopleTold:
    """The people of the dealers that have some leads, and of the regions above them; read with one query.

    Disabled people, those without an address and those who turned these mails off are left out.
    """

    def __init__(self, leads: Iterable[Lead]) -> None:
        given = list(leads)
        places = {place for lead in given for place in _chain(lead)}
        consultants = {lead.consultant_id for lead in given if lead.consultant_id}
        may = Q(role__permissions__overlap=[ACCEPT, MANAGE])
        rows = Membership.objects.filter(may | Q(user_id__in=consultants), organisation_id__in=places)
        self._held: dict[int, list[Membership]] = defaultdict(list)
        for held in rows.filter(user__is_active=True).select_related("user", "role", "organisation").order_by("id"):
            self._held[held.organisation_id].append(held)

    def reminded(self, lead: Lead) -> list[User]:
        """The consultant; while the lead has none who still works there, whoever may accept leads at the dealer."""
        here = self._held[lead.dealer_id or 0]
        own = [held.user for held in here if held.user_id == lead.consultant_id]
        return _reachable(own or [held.user for held in here if ACCEPT in held.role.permissions])

    def escalated(self, lead: Lead) -> list[User]:
        """Whoever hands out leads at the dealer, and the managers of the regions above."""
        places = [place for place in _chain(lead) if place == lead.dealer_id or self._is_region(place)]
        held = [each for place in places for each in self._held[place] if MANAGE in each.role.permissions]
        return _reachable(each.user for each in held)

    def _is_region(self, place: int) -> bool:
        return any(held.organisation.kind == Organisation.Kind.REGION for held in self._held[place][:1])


def _chain(lead: Lead) -> list[int]:
    """The dealer and what lies above it, nearest first."""
    path = lead.dealer.path if lead.dealer else ""
    return [int(part) for part in reversed(path.split("/")) if part]


def _reachable(people: Iterable[User]) -> list[User]:
    once = {user.pk: user for user in people}
    return [user for user in once.values() if user.email and NOTICE not in user.muted_notices]
