"""What a query forgot, the database itself refuses: without a scope no protected row is seen or changed."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from tests.leads.world import make_world
from tests.site.isolation_identity import make_identity
from tests.site.isolation_world import OURS, THEIRS, forget_scope, make_side

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import load_actor

pytestmark = pytest.mark.django_db

# Why a table may be read without a scope. A new table must be protected, or be put here on purpose.
OPEN_TABLES = {
    # The catalogue, the network and the words of the installation: public, or the same for everybody.
    "vehicles_brand",
    "vehicles_carmodel",
    "network_dealerprofile",
    "network_dealerprofile_brands",
    "network_territory",
    "leads_campaign",
    "leads_leadsource",
    "leads_reasoncode",
    "kernel_calendar",
    "kernel_calendarexception",
    "kernel_settingvalue",
    # Digests of what records share; without the records they say nothing.
    "customers_matchkeys",
    "kernel_installation",
    # Who may come in is decided before anybody has a scope; screens list people and tokens through queries that take
    # the actor. The rows hold no customer.
    "kernel_organisation",
    "kernel_user",
    "kernel_role",
    "kernel_membership",
    "kernel_apitoken",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
    "django_session",
    # Keyed hashes of words with the organisations that may find them; the rows they lead to are protected.
    "kernel_searchentry",
    # Answers kept 48 hours under person, organisation and key, found only with all three.
    "kernel_idempotencykey",
    # The machinery of the product: numbers, never customers.
    "kernel_cache",
    "kernel_eventcursor",
    "kernel_event_generation",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "django_content_type",
    "django_migrations",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
}

# Who is who is decided at headquarters, which alone sees the doubts, the decisions and the law's requests.
OF_HEADQUARTERS = {
    f"customers_{table}"
    for table in (
        "sourceversion",
        "sealednumber",
        "matchrow",
        "matchmodel",
        "resolverun",
        "reviewpair",
        "verdict",
        "identitystep",
        "privacyrequest",
        "tombstone",
    )
}


def _tables(condition: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            f" AND {condition}"
        )
        return {name for (name,) in cursor.fetchall()}


def _protected() -> set[str]:
    return _tables("relrowsecurity AND relforcerowsecurity")


def test_every_table_is_protected_or_open_on_purpose() -> None:
    assert _tables("NOT (relrowsecurity AND relforcerowsecurity)") == OPEN_TABLES


def test_every_table_with_an_owner_or_a_customer_is_protected() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name IN ('owner_id', 'customer_id', 'lead_id')"
        )
        assert {name for (name,) in cursor.fetchall()} - _protected() == set()


def test_every_protected_table_has_one_policy_for_everything_and_its_parts_none() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, cmd, permissive, qual FROM pg_policies WHERE schemaname = 'public'")
        policies = cursor.fetchall()
    assert {table for table, *_rest in policies} == _protected() - _tables("relispartition")
    assert len(policies) == len({table for table, *_rest in policies})
    assert {(command, kind) for _table, command, kind, _rule in policies} == {("ALL", "PERMISSIVE")}
    assert all("vinloop.orgs" in rule for *_facts, rule in policies)
    assert _tables("relispartition") <= _protected()


def test_the_product_is_bound_by_its_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_without_a_scope_nothing_is_seen_or_changed() -> None:
    world = make_world()
    make_identity(world, make_side(world, OURS, world.network.dealer))
    make_identity(world, make_side(world, THEIRS, world.network.stranger))
    with world.system():
        everything = {table: _count(table) for table in _protected()}
    assert {table for table, rows in everything.items() if not rows and not re.match(r"kernel_event_", table)} == set()
    for scope in ("", "{}", "{-1}", "nonsense"):
        forget_scope()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('vinloop.orgs', %s, true)", [scope])
        assert {table: _count(table) for table in _protected()} == dict.fromkeys(everything, 0), scope
    for table in _protected():
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT attempt")
            cursor.execute(f"DELETE FROM {table}" if table != "kernel_event" else "SELECT WHERE false")
            assert cursor.rowcount == 0, table
            cursor.execute("ROLLBACK TO attempt")


def test_a_dealers_scope_shows_what_is_theirs_and_nothing_more() -> None:
    world = make_world()
    ours = make_side(world, OURS, world.network.dealer)
    theirs = make_side(world, THEIRS, world.network.stranger)
    for side in (ours, theirs):
        make_identity(world, side)
    actor = load_actor(ours.manager, organisation_id=None, door="screen")
    assert actor is not None
    with acting(actor), connection.cursor() as cursor:
        for table in sorted(_protected()):
            cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE t::text LIKE %s) FROM {table} t", ["%obsidian%"])
            seen, of_theirs = cursor.fetchone()
            assert of_theirs == 0, table
            assert seen or table.startswith("kernel_event_") or table in OF_HEADQUARTERS, table
        cursor.execute("SELECT count(*) FROM leads_lead WHERE owner_id = %s", [theirs.dealer.pk])
        assert cursor.fetchone() == (0,)


def test_refs_say_nothing_about_how_many_there_are() -> None:
    """Addresses carry random refs where a customer is concerned; numbers only where headquarters counts openly."""
    world = make_world()
    ours = make_side(world, OURS, world.network.dealer)
    for kind, ref in ours.refs.items():
        assert not ref.isdigit(), kind
        assert kind == "vin" or re.fullmatch(r"[A-Z]+-?[0-9A-Z]{8,}", ref), (kind, ref)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        found = cursor.fetchone()
    return int(found[0]) if found else 0
