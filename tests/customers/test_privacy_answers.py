"""Access and correction by law, consent by purpose, identity numbers, and lists that leave the house."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.customers.privacy_world import GONE, OTHER, make_person, picture, received
from tests.leads.browser import content
from tests.leads.world import AT, World

from vinloop.customers.actions.edit import edit_customer
from vinloop.customers.actions.golden import rebuild_golden
from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.models import Consent, Customer, MatchKeys, MatchRow, SealedNumber
from vinloop.customers.privacy import consent
from vinloop.customers.privacy.answers import as_zip, open_answer
from vinloop.customers.privacy.exporting import Wanted, export_customers
from vinloop.customers.privacy.numbers import numbers_of, reseal_all
from vinloop.customers.privacy.requests import Asked, answer_access, answer_correction, open_request
from vinloop.customers.queries import list_customers, may_contact
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Event, Organisation, SettingValue
from vinloop.kernel.refusals import Refused
from vinloop.kernel.sealing import digester, unseal
from vinloop.kernel.settings import forget_settings

VIN = "LSVAB2BR7MN123456"
ASKED = Asked(who="self", way="email", proof="call_back")


def _answered(world: World, ref: str) -> str:
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="access", asked=ASKED, at=AT)
        return answer_access(actor=actor, ref=request.ref, at=AT).ref


def test_the_answer_holds_everything_of_the_person_and_nothing_of_others(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    make_person(world, OTHER, "7002", "LSVAB2BR7MN123457")
    request = _answered(world, ref)
    with world.acting_as(world.headquarters) as actor:
        _found, parts = open_answer(actor=actor, ref=request, form="zip", at=AT)
        archive = zipfile.ZipFile(io.BytesIO(as_zip(parts)))
    documents = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert {"customers.json", "leads.json", "orders.json", "vehicles.json", "messaging.json"} <= documents.keys()
    text = json.dumps(documents, ensure_ascii=False)
    assert [needle for needle in GONE.needles if needle not in text] == []
    assert [needle for needle in OTHER.needles if needle in text] == []
    table = list(csv.reader(io.StringIO(archive.read("customers/contact_points.csv").decode("utf-8-sig"))))
    assert table[0] == ["kind", "value", "state", "created_at"]
    assert {row[1] for row in table[1:]} == {f"'+86{GONE.phone}", GONE.email}
    with world.system():
        assert Event.objects.filter(kind="customers.PersonalDataGivenOut", subject_ref=ref).count() == 1


def test_the_download_ends_and_is_only_there_once_answered(world: World) -> None:
    ref = world.lead(world.capture().ref).customer.ref
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="access", asked=ASKED, at=AT)
        with pytest.raises(Refused) as refused:
            open_answer(actor=actor, ref=request.ref, form="zip", at=AT)
        assert refused.value.code == "not_answered"
        answer_access(actor=actor, ref=request.ref, at=AT)
        open_answer(actor=actor, ref=request.ref, form="print", at=AT + timedelta(days=13))
        before = picture(["kernel_event"])
        with pytest.raises(Refused) as refused:
            open_answer(actor=actor, ref=request.ref, form="zip", at=AT + timedelta(days=14))
        assert refused.value.code == "download_over"
        assert picture(["kernel_event"]) == before
    with world.acting_as(world.manager) as dealer, pytest.raises(NotAllowed):
        open_answer(actor=dealer, ref=request.ref, form="zip", at=AT)


def test_a_corrected_field_is_held_against_every_rule(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="correction", asked=ASKED, at=AT)
        done = answer_correction(actor=actor, ref=request.ref, changes={"name": "欧阳若兮"}, at=AT)
        assert done.report == {"fields": ["name"]}
    received(world, GONE, "7001", "newer")
    with world.system():
        customer = Customer.objects.get(ref=ref)
        assert {"name", "address"} <= set(customer.held_fields)
        rebuild_golden([customer.pk], at=AT, owner_scopes={})
        customer.refresh_from_db()
        assert customer.name == "欧阳若兮"


def test_consent_counts_for_its_purpose_alone(world: World) -> None:
    customer = world.lead(world.capture().ref).customer
    with world.acting_as(world.headquarters) as actor:
        for purpose, answers in (("marketing", {"sms": True, "email": False}), ("partners", {"": False})):
            consent.record_purpose(
                actor=actor, customer=customer, purpose=purpose, answers=answers, proof="form 7", at=AT
            )
        assert may_contact(customer.pk, "sms", "marketing")
        assert not may_contact(customer.pk, "email", "marketing")
        assert not may_contact(customer.pk, "sms")
        known = consent.answers_of(consent.consent_history(customer.pk))
        assert known == {"marketing": {"sms": True, "email": False}, "partners": {"": False}}
        before = picture(["customers_consent", "kernel_event"])
        for purpose, channel in (("spying", "sms"), ("profiling", "sms"), ("marketing", "")):
            with pytest.raises(ValueError, match="unknown"):
                consent.record_purpose(
                    actor=actor, customer=customer, purpose=purpose, answers={channel: True}, proof="x", at=AT
                )
        assert picture(["customers_consent", "kernel_event"]) == before
        assert Consent.objects.filter(customer=customer, proof="form 7").count() == 3


def test_identity_numbers_are_listed_masked_and_for_headquarters_alone(world: World) -> None:
    customer_ref = make_person(world, GONE, "7001", VIN)
    with world.acting_as(world.headquarters):
        customer = Customer.objects.get(ref=customer_ref)
        assert [each.masked for each in numbers_of(customer.pk)] == ["110…79"]
    with world.acting_as(world.manager):
        assert numbers_of(customer.pk) == []


def test_a_whole_identity_number_finds_its_customer_for_those_who_may(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    make_person(world, OTHER, "7002", "LSVAB2BR7MN123457")
    with world.acting_as(world.headquarters) as actor:
        assert [each.ref for each in list_customers(actor, q=GONE.number)] == [ref]
        assert list(list_customers(actor, q=GONE.number[:-1] + "8")) == []
    with world.acting_as(world.manager) as actor:
        assert list(list_customers(actor, q=GONE.number)) == []


def test_a_new_key_seals_everything_anew(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    from django.conf import settings

    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[old]):
        result = reseal_all(system_actor("cli"))
        assert (result.done, result.lost) == (1, 0)
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[]), world.system() as actor:
        row = SealedNumber.objects.get()
        assert unseal(bytes(row.sealed), purpose=ID_PURPOSE) == GONE.number
        digest = digester(ID_PURPOSE)(GONE.number)
        assert (row.digest, MatchRow.objects.get(record=row.record).features["id_digest"]) == (digest, digest)
        assert MatchKeys.objects.filter(record=row.record).exists()
        assert [each.ref for each in list_customers(actor, q=GONE.number)] == [ref]


def test_a_list_leaves_for_a_reason_masked_and_recorded(world: World) -> None:
    make_person(world, GONE, "7001", VIN)
    with world.acting_as(world.headquarters) as actor:
        Customer.objects.filter(name=GONE.name).update(name='=HYPERLINK("http://x")')
    with world.acting_as(world.headquarters) as actor:
        response = export_customers(
            actor=actor, wanted=Wanted(q=GONE.phone), file_format="csv", reason="Fair in May", at=AT
        )
        text = content(response).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert f"+86{GONE.phone}" in text
    fact = Event.objects.filter(kind="customers.CustomersExported")
    with world.system():
        payload = fact.get().payload
    assert (payload["count"], payload["filters"], payload["reason"]) == (1, "search=yes", "Fair in May")
    assert GONE.phone not in str(payload)


def test_a_list_without_reason_or_beyond_the_bound_stays(world: World) -> None:
    for number in range(3):
        world.capture(f"王建{number}", f"1380013800{number}")
    root = Organisation.objects.get(parent__isnull=True)
    SettingValue.objects.create(name="customers.export_rows", organisation=root, value=2)
    forget_settings()
    with world.acting_as(world.headquarters) as actor:
        before = picture(["kernel_event"])
        for reason, code in (("", "reason_missing"), ("Fair in May", "too_many")):
            with pytest.raises(Refused) as refused:
                export_customers(actor=actor, wanted=Wanted(), file_format="csv", reason=reason, at=timezone.now())
            assert refused.value.code == code
        assert picture(["kernel_event"]) == before
    with world.acting_as(world.consultant) as actor, pytest.raises(NotAllowed):
        export_customers(actor=actor, wanted=Wanted(), file_format="csv", reason="Fair in May", at=AT)
    with pytest.raises(CustomerNotFound), world.system() as actor:
        edit_customer(actor=actor, ref="C-NOBODY22", changes={"name": "x"}, at=AT)
