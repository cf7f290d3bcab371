"""Loads the demo once, and tells its log-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.db.bulk import lock_keys
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
_LOCK = 0x5649_4E44  # "VIND"
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

    A second call does nothing, also one at the same time: it waits for the first. All or nothing is written. Raises
    ``DemoRefused`` where another manufacturer or anybody's data is.
    """
    now = (now or timezone.now()).replace(microsecond=0)
    try:
        with transaction.atomic():
            lock_keys([_LOCK])
            is_new = not is_loaded()
            if is_new:
                _make_room()
                _write(now, small=small, say=say, password=password)
    except IntegrityError as error:
        raise DemoRefused(
            "Something else was written meanwhile, and nothing of the demo was kept. Try again."
        ) from error
    finally:
        forget_everything()
    say("The demo is ready." if is_new else "The demo is loaded already.")
    return is_new


def wait_for_loading() -> None:
    """Wait until nobody loads the demo: who writes before that writes for a manufacturer who is about to go."""
    with transaction.atomic():
        lock_keys([_LOCK])


def _make_room() -> None:
    """The headquarters every installation starts with goes; one that holds data stays."""
    if Organisation.objects.exists() and not is_bare():
        raise DemoRefused("This installation has its own organisations. Load the demo into an empty one.")
    try:
        Organisation.objects.all().delete()
    except ProtectedError as error:
        raise DemoRefused("This installation holds data already. Load the demo into an empty one.") from error


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
