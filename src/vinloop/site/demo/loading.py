"""Loads the demo once, and tells its log-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.foundation import is_bare
from vinloop.kernel.models import Membership, Organisation
from vinloop.site.demo.book import Book
from vinloop.site.demo.catalogue import make_catalogue
from vinloop.site.demo.history import tell_leads_of_headquarters, tell_other_visits, tell_showroom_leads
from vinloop.site.demo.organisations import ROOT_CODE, make_organisations
from vinloop.site.demo.people import Crowd
from vinloop.site.demo.reference import make_reference
from vinloop.site.demo.staff import SHOWN, make_staff
from vinloop.site.demo.today import Today
from vinloop.site.demo.world import World, make_world

DEMO_LOGIN = "vinloop-demo"
_SEED = 20_260_415
# Leads at headquarters, leads of showrooms, other visits: for a year, and for the small version's weeks.
_YEAR, _FULL = timedelta(days=365), (2150, 850, 4000)
_WEEKS, _SMALL = timedelta(days=50), (150, 50, 150)


class DemoRefused(Exception):
    """The installation has data of its own; the demo would mix with it."""


def load(
    *,
    now: datetime | None = None,
    small: bool = False,
    say: Callable[[str], object] = lambda text: None,
    password: str = DEMO_LOGIN,
) -> bool:
    """Write the demo with everything relative to ``now``; whether it was written.

    A second call does nothing. All or nothing is written. Raises ``DemoRefused`` where another manufacturer is.
    """
    if is_loaded():
        say("The demo is loaded already.")
        return False
    if Organisation.objects.exists() and not is_bare():
        raise DemoRefused("This installation has its own organisations. Load the demo into an empty one.")
    now = (now or timezone.now()).replace(microsecond=0)
    try:
        with transaction.atomic():
            Organisation.objects.all().delete()
            _write(now, small=small, say=say, password=password)
    finally:
        forget_everything()
    say("The demo is ready.")
    return True


def is_loaded() -> bool:
    """Whether this installation is the demo."""
    return Organisation.objects.filter(code=ROOT_CODE, parent=None).exists()


def list_logins() -> list[dict[str, str]]:
    """One log-in per role: username, password, role, organisation, language; none when the demo is not loaded.

    The password is empty for somebody who has changed it.
    """
    if not is_loaded():
        return []
    members = Membership.objects.filter(user__username__in=SHOWN).select_related("user", "role", "organisation")
    found = {each.user.username: each for each in members}
    known = {each.user.password for each in found.values()}
    current = {digest for digest in known if check_password(DEMO_LOGIN, digest)}
    return [_login(found[username], current) for username in SHOWN if username in found]


def _login(membership: Membership, current: set[str]) -> dict[str, str]:
    user = membership.user
    return {
        "username": user.username,
        "password": DEMO_LOGIN if user.password in current else "",
        "role": membership.role.label,
        "organisation": membership.organisation.label,
        "language": user.language,
    }


def _write(now: datetime, *, small: bool, say: Callable[[str], object], password: str) -> None:
    rng = Random(_SEED)  # noqa: S311 - a story to repeat, not a secret to guess
    crowd = Crowd(rng)
    say("Writing organisations, people and the catalogue …")
    models = make_catalogue()
    organisations = make_organisations(now.year)
    make_reference(now.date())
    forget_everything()
    with acting(system_actor("command")):
        staff = make_staff(organisations, crowd, password)
        world = make_world(now=now, rng=rng, crowd=crowd, staff=staff, models=models)
        say("Telling some weeks of leads …" if small else "Telling a year of leads …")
        book = _tell(world, small=small)
        say("Writing them down …")
        book.write()


def _tell(world: World, *, small: bool) -> Book:
    book = Book(world.rng)
    span, (leads, showroom, visits) = (_WEEKS, _SMALL) if small else (_YEAR, _FULL)
    since = world.now - span
    Today(world, book).tell()
    tell_leads_of_headquarters(world, book, since=since, count=leads)
    tell_showroom_leads(world, book, since=since, count=showroom)
    tell_other_visits(world, book, since=since, count=visits)
    return book
