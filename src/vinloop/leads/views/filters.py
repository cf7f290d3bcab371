"""The filters of the lead list: read from the address, offered in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import Filter, Option
from vinloop.leads.models import Lead
from vinloop.leads.queries import desk
from vinloop.leads.queries.consultants import Consultant
from vinloop.leads.queries.leads import LeadFilter
from vinloop.leads.queries.stages import stage_label
from vinloop.network.filtering import dealer_code, dealer_filter
from vinloop.vehicles.queries import catalogue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def wanted(address: Address) -> LeadFilter:
    """What the address asks for; nonsense asks for nothing."""
    get = address.get
    return LeadFilter(
        q=get("q"),
        level=get("level"),
        source=get("source"),
        campaign=get("campaign"),
        model=get("model"),
        region=get("region"),
        dealer=dealer_code(get("dealer")),
        consultant=get("consultant"),
        status=tuple(each for each in get("status").split(",") if each),
        is_hot={"yes": True, "no": False}.get(get("hot")),
        received_from=_day(get("received_from")),
        received_to=_day(get("received_to")),
        stage=get("stage"),
        stage_from=_day(get("stage_from")),
        stage_to=_day(get("stage_to")),
        at=timezone.now(),
    )


def filters(actor: Actor, address: Address, people: Sequence[Consultant]) -> list[Filter]:
    """Every filter the actor has use for, with its present value."""
    offered = [
        _select(address, "status", _("Status"), [(value, str(label)) for value, label in Lead.Status.choices]),
        _select(address, "level", _("Intention level"), [(value, str(label)) for value, label in Lead.Level.choices]),
        _select(address, "hot", _("Hot lead"), [("yes", _("Yes")), ("no", _("No"))]),
        _select(address, "source", _("Source"), [(each.code, each.label) for each in desk.sources()]),
        _select(address, "campaign", _("Campaign"), [(each.code, each.label) for each in desk.campaigns()]),
        _select(address, "model", _("Model"), [(each.code, each.label) for each in catalogue().active_models()]),
    ]
    if actor.sees_all:
        offered.append(_select(address, "region", _("Region"), desk.regions()))
    if dealers := dealer_filter(actor, address):
        offered.append(dealers)
    if people:
        names = [(each.username, each.label) for each in people]
        offered.append(_select(address, "consultant", _("Consultant"), names))
    return [*offered, _received(address), *_stage(address)]


def _select(address: Address, name: str, label: StrOrPromise, choices: Sequence[tuple[str, str]]) -> Filter:
    value = address.get(name)
    shown = dict(choices).get(value, value)
    chip = f"{label}: {shown}" if value else ""
    options = [Option(code, text) for code, text in choices]
    return Filter(name, label, options=options, value=value, chip=chip, remove_url=address.url(**{name: None}))


def _received(address: Address) -> Filter:
    start, end = address.get("received_from"), address.get("received_to")
    label = _("Received")
    chip = f"{label}: {start or '…'} – {end or '…'}" if start or end else ""
    remove = address.url(received_from=None, received_to=None)
    return Filter("received", label, "range", value=start, value_to=end, chip=chip, remove_url=remove)


def _stage(address: Address) -> list[Filter]:
    """What a figure was opened by: shown and removed like any other filter, chosen from the figures only."""
    stage = address.get("stage")
    label = stage_label(stage)
    if not label:
        return []
    start, end = address.get("stage_from"), address.get("stage_to")
    days = f" {start or '…'} – {end or '…'}" if start or end else ""
    remove = address.url(stage=None, stage_from=None, stage_to=None)
    options = [Option(stage, label)]
    return [Filter("stage", _("So far"), options=options, value=stage, chip=f"{label}{days}", remove_url=remove)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
