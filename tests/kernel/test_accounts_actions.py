"""People, roles and keys: who may hand out what, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.kernel.people import AT, PASSWORD, Network, acting_as, make_network, make_user

from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.accounts.actions import (
    Appointment,
    PersonDetails,
    RoleDetails,
    TokenTerms,
    authenticate_token,
    change_role,
    change_user,
    create_role,
    create_token,
    create_user,
    delete_role,
    disable_user,
    grant_membership,
    reset_role,
    revoke_membership,
    revoke_token,
    set_password,
)
from vinloop.kernel.accounts.roles import BUILT_IN, shipped_permissions, sync_roles
from vinloop.kernel.models import ApiToken, Event, Membership, Role, User
from vinloop.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return make_network()


def kinds() -> list[str]:
    with acting(system_actor()):
        return list(Event.objects.order_by("id").values_list("kind", flat=True))


def test_a_person_is_created_with_a_role_and_two_facts(network: Network) -> None:
    user = make_user("boss", "administrator", network.root)
    assert user.check_password(PASSWORD)
    assert kinds() == ["kernel.UserCreated", "kernel.MembershipGranted"]


def test_names_and_addresses_are_stored_in_one_spelling(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    person = PersonDetails(username=" Ｗａｎｇ.Wu ", name="王五", email="Wang@Example.COM", phone="138 0013 8000")
    with acting_as(admin) as actor:
        user = create_user(actor=actor, person=person, password=None, at=AT)
    assert (user.username, user.email, user.phone) == ("wang.wu", "wang@example.com", "+8613800138000")
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "x"}, "bad_username"),
        ({"username": "boss"}, "username_taken"),
        ({"email": "BOSS@example.com"}, "email_taken"),
        ({"email": "nowhere"}, "bad_email"),
        ({"phone": "no phone"}, "bad_phone"),
        ({"name": " "}, "no_name"),
        ({"language": "xx"}, "bad_language"),
    ],
)
def test_a_refused_person_leaves_nothing_behind(network: Network, change: dict[str, str], code: str) -> None:
    admin = make_user("boss", "administrator", network.root)
    before = (User.objects.count(), kinds())
    details = {"username": "new.one", "name": "新人", **change}
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        create_user(actor=actor, person=PersonDetails(**details), password=None, at=AT)
    assert refusal.value.code == code
    assert (User.objects.count(), kinds()) == before


def test_a_weak_password_is_refused(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        create_user(actor=actor, person=PersonDetails(username="new", name="新"), password="12345678", at=AT)
    assert refusal.value.field == "password"
    assert not User.objects.filter(username="new").exists()


def test_a_dealer_manager_adds_people_to_the_own_dealer_only(network: Network) -> None:
    manager = make_user("manager", "dealer_manager", network.dealer)
    consultant = Role.objects.get(code="dealer_consultant")
    with acting_as(manager) as actor:
        person = PersonDetails(username="seller", name="销售")
        create_user(
            actor=actor, person=person, password=None, at=AT, appointment=Appointment(consultant, network.dealer)
        )
    for place, role in [(network.stranger, "dealer_consultant"), (network.root, "verifier")]:
        appointment = Appointment(Role.objects.get(code=role), place)
        with pytest.raises(NotAllowed), acting_as(manager) as actor:
            create_user(
                actor=actor,
                person=PersonDetails(username="spy", name="间谍"),
                password=None,
                at=AT,
                appointment=appointment,
            )
        assert not User.objects.filter(username="spy").exists()


def test_nobody_hands_out_more_than_they_hold(network: Network) -> None:
    manager = make_user("manager", "dealer_manager", network.dealer)
    seller = make_user("seller", "dealer_consultant", network.dealer)
    strong = Role.objects.create(code="strong", name="强", level="dealer", permissions=["kernel.setting:manage"])
    with pytest.raises(NotAllowed) as refusal, acting_as(manager) as actor:
        grant_membership(actor=actor, user=seller, role=strong, organisation=network.dealer, at=AT)
    assert refusal.value.permission == "kernel.setting:manage"
    assert seller.memberships.count() == 1


def test_nobody_grants_to_people_they_do_not_know(network: Network) -> None:
    manager = make_user("manager", "dealer_manager", network.dealer)
    other = make_user("other", "dealer_consultant", network.stranger)
    role = Role.objects.get(code="dealer_consultant")
    with pytest.raises(NotAllowed), acting_as(manager) as actor:
        grant_membership(actor=actor, user=other, role=role, organisation=network.dealer, at=AT)
    assert other.memberships.count() == 1


def test_a_role_must_fit_the_organisation(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    role = Role.objects.get(code="dealer_manager")
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        grant_membership(actor=actor, user=admin, role=role, organisation=network.root, at=AT)
    assert refusal.value.code == "role_does_not_fit"
    assert admin.memberships.count() == 1


def test_the_weaker_cannot_take_over_the_stronger(network: Network) -> None:
    helper_role = Role.objects.create(
        code="helper", name="助理", level="manufacturer", permissions=["kernel.user:manage", "kernel.token:manage"]
    )
    helper = make_user("helper", helper_role.code, network.root)
    admin = make_user("boss", "administrator", network.root)
    before = kinds()
    with pytest.raises(NotAllowed), acting_as(helper) as actor:
        set_password(actor=actor, user=admin, password="another-long-one-9", at=AT)
    with pytest.raises(NotAllowed), acting_as(helper) as actor:
        disable_user(actor=actor, user=admin, at=AT)
    with pytest.raises(NotAllowed), acting_as(helper) as actor:
        create_token(actor=actor, user=admin, organisation=network.root, terms=TokenTerms(), at=AT)
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.check_password(PASSWORD)
    assert kinds() == before
    assert not ApiToken.objects.exists()


def test_the_last_administrator_stays(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    membership = Membership.objects.get(user=admin)
    with acting(system_actor()) as system, pytest.raises(Refused) as refusal:
        disable_user(actor=system, user=admin, at=AT)
    assert refusal.value.code == "last_administrator"
    with acting_as(admin) as actor, pytest.raises(Refused):
        revoke_membership(actor=actor, membership=membership, at=AT)
    second = make_user("second", "administrator", network.root)
    with acting_as(second) as actor:
        disable_user(actor=actor, user=admin, at=AT)
    assert not User.objects.get(pk=admin.pk).is_active


def test_one_cannot_disable_oneself(network: Network) -> None:
    make_user("second", "administrator", network.root)
    admin = make_user("boss", "administrator", network.root)
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        disable_user(actor=actor, user=admin, at=AT)
    assert refusal.value.code == "own_account"


def test_people_change_themselves_but_not_their_log_in_name(network: Network) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    person = PersonDetails(username="seller", name="新名", email="new@example.com", language="en")
    with acting_as(seller) as actor:
        change_user(actor=actor, user=seller, person=person, at=AT)
    assert User.objects.get(pk=seller.pk).name == "新名"
    with pytest.raises(NotAllowed), acting_as(seller) as actor:
        change_user(actor=actor, user=seller, person=PersonDetails(username="boss", name="新名"), at=AT)
    assert User.objects.get(pk=seller.pk).username == "seller"


def test_a_token_acts_as_its_user_within_its_scopes(
    network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    terms = TokenTerms(label="export", scopes=frozenset({"leads.lead:read"}))
    with acting_as(seller) as actor:
        plain = create_token(actor=actor, user=seller, organisation=network.dealer, terms=terms, at=AT)
    assert len(plain) == 43
    assert plain.startswith("vl_")
    stored = ApiToken.objects.get()
    assert plain not in (stored.digest, stored.prefix)
    authenticate_token(plain, AT)
    with django_assert_num_queries(2):
        found = authenticate_token(plain, AT)
    assert found is not None
    assert (found.user_id, found.organisation_id, found.door) == (seller.pk, network.dealer.pk, "api")
    assert found.permissions == {"leads.lead:read"}
    assert ApiToken.objects.get().last_used_on == AT.date()


def test_a_token_dies_when_revoked_expired_or_its_owner_disabled(network: Network) -> None:
    make_user("boss", "administrator", network.root)
    seller = make_user("seller", "dealer_consultant", network.dealer)
    terms = TokenTerms(expires_at=AT + timedelta(days=1))
    with acting_as(seller) as actor:
        plain = create_token(actor=actor, user=seller, organisation=network.dealer, terms=terms, at=AT)
        other = create_token(actor=actor, user=seller, organisation=network.dealer, terms=TokenTerms(), at=AT)
    assert authenticate_token(plain, AT) is not None
    assert authenticate_token(plain, AT + timedelta(days=2)) is None
    assert authenticate_token(plain[:-1] + "!", AT) is None
    with acting_as(seller) as actor:
        revoke_token(actor=actor, token=ApiToken.objects.get(prefix=plain[:9]), at=AT)
    assert authenticate_token(plain, AT) is None
    assert authenticate_token(other, AT) is not None
    with acting(system_actor()) as system:
        disable_user(actor=system, user=seller, at=AT)
    assert authenticate_token(other, AT) is None


def test_tokens_of_others_need_a_permission(network: Network) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    colleague = make_user("colleague", "dealer_consultant", network.dealer)
    with pytest.raises(NotAllowed), acting_as(colleague) as actor:
        create_token(actor=actor, user=seller, organisation=network.dealer, terms=TokenTerms(), at=AT)
    with acting_as(seller) as actor:
        plain = create_token(actor=actor, user=seller, organisation=network.dealer, terms=TokenTerms(), at=AT)
    with pytest.raises(NotAllowed), acting_as(colleague) as actor:
        revoke_token(actor=actor, token=ApiToken.objects.get(), at=AT)
    assert authenticate_token(plain, AT) is not None


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (TokenTerms(scopes=frozenset({"no.such:thing"})), "unknown_scope"),
        (TokenTerms(expires_at=AT), "already_expired"),
    ],
)
def test_impossible_tokens_are_refused(network: Network, terms: TokenTerms, code: str) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    with acting_as(seller) as actor, pytest.raises(Refused) as refusal:
        create_token(actor=actor, user=seller, organisation=network.dealer, terms=terms, at=AT)
    assert refusal.value.code == code
    assert not ApiToken.objects.exists()


def test_no_token_where_the_user_has_no_place(network: Network) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    with acting_as(seller) as actor, pytest.raises(Refused) as refusal:
        create_token(actor=actor, user=seller, organisation=network.sister, terms=TokenTerms(), at=AT)
    assert refusal.value.code == "no_place"


def test_shipped_roles_follow_the_product_until_changed(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    assert {role.code for role in BUILT_IN} == set(Role.objects.values_list("code", flat=True))
    verifier = Role.objects.get(code="verifier")
    with acting_as(admin) as actor:
        change_role(actor=actor, role=verifier, permissions=["leads.lead:read"], at=AT)
    assert sync_roles() == 0
    assert Role.objects.get(code="verifier").permissions == ["leads.lead:read"]
    with acting_as(admin) as actor:
        reset_role(actor=actor, role=verifier, at=AT)
    verifier.refresh_from_db()
    assert verifier.is_built_in
    assert set(verifier.permissions) == shipped_permissions("verifier")
    Role.objects.filter(code="marketer").update(permissions=[])
    assert sync_roles() == 1


def test_the_administrator_role_cannot_be_changed(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    with acting_as(admin) as actor, pytest.raises(Refused):
        change_role(actor=actor, role=Role.objects.get(code="administrator"), permissions=[], at=AT)
    assert Role.objects.get(code="administrator").permissions


def test_own_roles_come_and_go(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    details = RoleDetails(code="Night-Desk", name="夜班", level="manufacturer")
    with acting_as(admin) as actor:
        role = create_role(actor=actor, details=details, permissions=["leads.lead:read"], at=AT)
        held = grant_membership(actor=actor, user=admin, role=role, organisation=network.root, at=AT)
        with pytest.raises(Refused):
            delete_role(actor=actor, role=role, at=AT)
        revoke_membership(actor=actor, membership=held, at=AT)
        delete_role(actor=actor, role=role, at=AT)
    assert not Role.objects.filter(code="night-desk").exists()
    assert kinds()[-1] == "kernel.RoleDeleted"


def test_roles_are_for_headquarters(network: Network) -> None:
    role = Role.objects.create(code="r", name="r", level="dealer", permissions=["kernel.role:manage"])
    user = make_user("dealer.admin", role.code, network.dealer)
    with pytest.raises(NotAllowed), acting_as(user) as actor:
        change_role(actor=actor, role=role, permissions=[], at=AT)
    assert Role.objects.get(code="r").permissions == ["kernel.role:manage"]
