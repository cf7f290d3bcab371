"""The page about one customer: where values are from, how to reach them, who belongs to them, what happened."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from tests.leads.browser import as_user, page, questions
from tests.leads.world import World

from vinloop.customers.actions.merging import merge_customers
from vinloop.customers.actions.relations import derive_relations_of
from vinloop.customers.events import CustomerEdited
from vinloop.customers.models import Address, ContactPoint, Customer, CustomerAccess, Relation, SourceRecord
from vinloop.customers.models.sources import MatchRow
from vinloop.kernel.events import Subject, record
from vinloop.kernel.models import Event

PHONE = "13800138000"


def _customer(world: World, name: str = "王建国", phone: str = PHONE) -> Customer:
    ref = world.capture(name, phone).customer_ref
    with world.system():
        return Customer.objects.get(ref=ref)


def _url(name: str, customer: Customer, *more: object) -> str:
    return reverse(f"customers:{name}", args=[customer.ref, *more])


def _add_number(world: World, customer: Customer, value: str) -> ContactPoint:
    with world.system():
        return ContactPoint.objects.create(
            customer=customer, kind="phone", value=value, created_at=timezone.now(), last_seen_on="2026-01-02"
        )


def _grant(world: World, customer: Customer) -> None:
    dealer = world.network.dealer
    CustomerAccess.objects.create(customer=customer, organisation=dealer, kind="grant", since=timezone.now())


def test_every_value_says_where_it_is_from_on_focus(world: World) -> None:
    customer = _customer(world)
    told = {"source": "dms-1", "record": 1, "rule": "recent", "as_of": "2026-03-04"}
    with world.system():
        Customer.objects.filter(pk=customer.pk).update(provenance={"name": told})
    shown = page(as_user(world.headquarters), _url("customer_page", customer))
    assert "From a source of another organisation, 2026-03-04; chosen: most recent record" in shown
    assert 'role="tooltip"' in shown


def test_a_number_leads_is_verified_ends_and_returns(world: World) -> None:
    customer = _customer(world)
    other = _add_number(world, customer, "+8613900139000")
    browser = as_user(world.headquarters)
    assert "first choice" in browser.post(_url("contact_change", customer, other.pk, "primary")).content.decode()
    browser.post(_url("contact_change", customer, other.pk, "verified"))
    with world.system():
        assert ContactPoint.objects.get(is_primary=True).pk == other.pk
        assert ContactPoint.objects.get(pk=other.pk).state == "verified"
    assert "not valid since" in browser.post(_url("contact_change", customer, other.pk, "ended")).content.decode()
    with world.system():
        assert ContactPoint.objects.get(is_primary=True).value == f"+86{PHONE}"
        assert Event.objects.filter(kind="customers.ContactPointChanged").count() == 3
    browser.post(_url("contact_change", customer, other.pk, "renewed"))
    browser.post(_url("contact_change", customer, other.pk, "renewed"))
    with world.system():
        assert ContactPoint.objects.get(pk=other.pk).valid_until is None
        assert Event.objects.filter(kind="customers.ContactPointChanged").count() == 4


def test_nobody_changes_numbers_of_customers_out_of_sight(world: World) -> None:
    customer = _customer(world)
    number = _add_number(world, customer, "+8613900139000")
    with world.system():
        home = Address.objects.create(customer=customer, text="Road 1", door="road 1")
    stranger = as_user(world.other_manager)
    for url in (
        _url("contact_change", customer, number.pk, "ended"),
        _url("address_end", customer, home.pk),
        _url("customer_release", customer, "name"),
        _url("relation_remove", customer, 1),
    ):
        assert stranger.post(url).status_code == 404
    assert as_user(world.headquarters).post(_url("contact_change", customer, number.pk, "lost")).status_code == 404
    with world.system():
        assert not ContactPoint.objects.filter(valid_until__isnull=False).exists()
        assert not Address.objects.filter(valid_until__isnull=False).exists()


def test_an_address_ends_once(world: World) -> None:
    customer = _customer(world)
    with world.system():
        home = Address.objects.create(customer=customer, text="世纪大道 8 号", door="x", is_primary=True)
    browser = as_user(world.headquarters)
    for _ in range(2):
        assert "not valid since" in browser.post(_url("address_end", customer, home.pk)).content.decode()
    with world.system():
        assert Event.objects.filter(kind="customers.AddressEnded").count() == 1


def test_a_corrected_value_is_left_to_the_rules_again(world: World) -> None:
    customer = _customer(world)
    with world.system():
        Customer.objects.filter(pk=customer.pk).update(name="王建過", held_fields=["name"])
        SourceRecord.objects.filter(customer=customer).update(standard={"kind": "person", "name": "王建国"})
    browser = as_user(world.headquarters)
    assert "Let the rules decide again" in page(browser, _url("customer_page", customer))
    assert "王建国" in browser.post(_url("customer_release", customer, "name")).content.decode()
    with world.system():
        now = Customer.objects.get(pk=customer.pk)
        assert (now.name, now.held_fields) == ("王建国", [])
        assert Event.objects.get(kind="customers.FieldReleased").payload["fields"] == "name"


def test_the_history_of_who_became_part_of_the_customer_is_theirs(world: World) -> None:
    kept, gone = _customer(world), _customer(world, "李婷", "13900139000")
    old = timezone.now() - timedelta(days=400)
    with world.system() as system:
        for number in range(40):
            fact = CustomerEdited(ref=gone.ref, fields="name")
            subject = Subject("customers.customer", gone.pk, world.network.dealer.pk, gone.ref, gone.pk)
            record(fact, actor=system, subject=subject, at=old - timedelta(days=number))
        merge_customers(actor=system, winner=kept.ref, loser=gone.ref, at=timezone.now())
    browser = as_user(world.headquarters)
    url = _url("customer_timeline", kept)
    assert "Show earlier" in page(browser, url)
    day = f"{old - timedelta(days=5):%Y-%m-%d}"
    assert page(browser, url, **{"from": day, "to": day}).count("vl-event-icon") == 1
    assert "Nothing of this kind in this time" in page(browser, url, **{"from": "2001-01-01", "to": "2001-01-02"})
    assert page(browser, url, **{"from": "yesterday"}).count("vl-event-icon") == 30
    assert questions(browser, _url("customer_page", kept)) <= 8
    assert browser.get(_url("customer_page", gone)).status_code == 302


def test_a_dealer_follows_an_old_reference_to_what_it_became(world: World) -> None:
    kept, gone = _customer(world), _customer(world, "李婷", "13900139000")
    with world.system() as system:
        CustomerAccess.objects.create(
            customer=gone, organisation=world.network.dealer, kind="grant", since=timezone.now()
        )
        merge_customers(actor=system, winner=kept.ref, loser=gone.ref, at=timezone.now())
    assert as_user(world.manager).get(_url("customer_page", gone)).status_code == 302
    assert as_user(world.other_manager).get(_url("customer_page", gone)).status_code == 404


def test_people_at_one_phone_are_a_household_until_somebody_says_no(world: World) -> None:
    one, two = _customer(world), _customer(world, "李婷")
    with world.system():
        assert derive_relations_of(customer_ids=[one.pk], at=timezone.now()) == 1
        assert derive_relations_of(customer_ids=[one.pk, two.pk], at=timezone.now()) == 0
        relation = Relation.objects.get()
    browser = as_user(world.headquarters)
    assert "same household" in page(browser, _url("customer_page", one))
    assert "same household" in page(browser, _url("customer_page", two))
    removed = browser.post(_url("relation_remove", two, relation.pk)).content.decode()
    assert "same household" not in removed
    with world.system():
        assert derive_relations_of(customer_ids=[one.pk, two.pk], at=timezone.now()) == 0
        assert Relation.objects.get().removed_at is not None


def test_a_relation_goes_with_its_reason(world: World) -> None:
    one, two = _customer(world), _customer(world, "李婷")
    with world.system():
        derive_relations_of(customer_ids=[one.pk], at=timezone.now())
        ContactPoint.objects.filter(customer=two).update(valid_until="2026-01-01")
        derive_relations_of(customer_ids=[two.pk], at=timezone.now())
        assert not Relation.objects.exists()


def test_a_crowd_at_one_number_is_no_household(world: World) -> None:
    people = [_customer(world, name) for name in ("王一", "李二", "张三", "赵四", "钱五", "孙六", "周七")]
    with world.system():
        assert derive_relations_of(customer_ids=[people[0].pk], at=timezone.now()) == 0


def _at_home(world: World, customer: Customer, estate: str) -> None:
    features = {"door": "8|301", "county": "浦东新区", "estate": estate}
    with world.system():
        Address.objects.create(customer=customer, text=estate, door="浦东新区|8|301")
        own = SourceRecord.objects.filter(customer=customer).get()
        MatchRow.objects.update_or_create(record=own, defaults={"features": features})


def test_one_flat_is_a_household_and_a_like_room_elsewhere_is_not(world: World) -> None:
    people = [
        _customer(world, n, p) for n, p in (("王一", "13800138001"), ("李二", "13800138002"), ("张三", "13800138003"))
    ]
    for customer, estate in zip(people, ("梅园", "梅园", "兰园"), strict=True):
        _at_home(world, customer, estate)
    with world.system():
        derive_relations_of(customer_ids=[each.pk for each in people], at=timezone.now())
        found = Relation.objects.get()
    assert (found.customer_id, found.other_id, found.kind) == (people[0].pk, people[1].pk, "household")


def test_the_firm_a_record_names_is_the_employer(world: World) -> None:
    person, firm = _customer(world), _customer(world, "沪恒物流有限公司", "02158880000")
    with world.system():
        Customer.objects.filter(pk=firm.pk).update(kind="company")
        SourceRecord.objects.filter(customer=person).update(standard={"company": "沪恒物流有限公司"})
        for touched in (firm, person):
            Relation.objects.all().delete()
            derive_relations_of(customer_ids=[touched.pk], at=timezone.now())
            found = Relation.objects.get()
            assert (found.customer_id, found.other_id, found.kind) == (person.pk, firm.pk, "employer")
    assert "employee" in page(as_user(world.headquarters), _url("customer_page", firm))


def test_a_person_names_a_relation_within_sight_only(world: World) -> None:
    one = _customer(world)
    two = _customer(world, "李婷", "13900139000")
    browser = as_user(world.headquarters)
    url = _url("relation_add", one)
    assert browser.post(url, {"how": "employer_of", "who": "13900139000"}).status_code == 302
    assert browser.post(url, {"how": "other", "who": "nobody"}).status_code == 422
    assert browser.post(url, {"how": "other", "who": one.ref}).status_code == 422
    with world.system():
        found = Relation.objects.get()
        assert (found.customer_id, found.other_id, found.is_derived) == (two.pk, one.pk, False)
        CustomerAccess.objects.create(
            customer=one, organisation=world.network.dealer, kind="grant", since=timezone.now()
        )
    dealer = as_user(world.manager)
    assert "李婷" not in page(dealer, _url("customer_page", one))
    assert dealer.post(url, {"how": "other", "who": two.ref}).status_code == 422
    with world.acting_as(world.manager):
        assert not Relation.objects.exists()


def test_the_next_step_is_the_most_urgent_open_task(world: World) -> None:
    ref = world.dispatched_lead()
    with world.system():
        customer = world.lead(ref).customer
    browser = as_user(world.manager)
    shown = page(browser, _url("customer_panels", customer))
    assert "Accept the lead" in shown
    assert ref in shown
    assert questions(browser, _url("customer_page", customer)) <= 8
    assert questions(browser, _url("customer_panels", customer)) <= 8
