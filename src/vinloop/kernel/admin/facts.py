"""Which facts the audit log shows: the same question from the screen and from programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.accounts.queries import people_in_sight
from vinloop.kernel.identifiers.refs import parse_ref
from vinloop.kernel.models import Event

READ = "kernel.event:read"
NEWEST = ("-at", "-id")
LONGEST_REF = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFilter:
    """What the audit log is narrowed to; empty means any.

    ``subject`` is a kind of thing (``leads.lead``), ``about`` a reference or a user name. ``since`` and ``until`` are
    days of the actor's organisation, both included.
    """

    kinds: tuple[str, ...] = ()
    subject: str = ""
    door: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


def find_facts(actor: Actor, wanted: FactFilter) -> QuerySet[Event]:
    """Facts in the actor's sight, in no order yet."""
    actor.require(READ)
    exact = {"subject_kind": wanted.subject, "door": wanted.door}
    found = Event.objects.filter(**{name: value for name, value in exact.items() if value})
    if wanted.kinds:
        found = found.filter(kind__in=wanted.kinds)
    zone = ZoneInfo(actor.timezone)
    if wanted.since:
        found = found.filter(at__gte=datetime.combine(wanted.since, time.min, zone))
    if wanted.until:
        found = found.filter(at__lte=datetime.combine(wanted.until, time.max, zone))
    return _about(actor, found, wanted.about) if wanted.about else found


def _about(actor: Actor, found: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Facts about a reference, or of a person the actor may know."""
    ref = parse_ref(text)
    if ref:
        return found.filter(subject_ref=ref)
    people = list(people_in_sight(actor).filter(username=text.lower()).values_list("pk", flat=True))
    return found.filter(user_id__in=people) if people else found.filter(subject_ref=text[:LONGEST_REF])
