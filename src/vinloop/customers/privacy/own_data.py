"""What the customers room itself keeps about a person: given out, and erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.models import (
    AccessRequest,
    Address,
    Consent,
    ContactPoint,
    Customer,
    CustomerAccess,
    IdentityStep,
    PrivacyRequest,
    Relation,
    SealedNumber,
    SourceRecord,
    SourceVersion,
)
from vinloop.customers.personal_data import Erased, PersonalData, Section, section_of
from vinloop.customers.tombstones import bury, keyed_digest
from vinloop.kernel.models import SearchEntry
from vinloop.kernel.sealing import CannotOpen, unseal

NO_PERSON, PROOF, RETURN = "customers.no_person", "customers.proof", "customers.return"
_EMPTY: Mapping[str, Any] = {
    "name": "",
    "gender": "",
    "birth_date": None,
    "province": "",
    "city": "",
    "county": "",
    "address": "",
    "postcode": "",
    "language": "",
    "provenance": {},
    "held_fields": [],
}
WORDS = {
    "customers.customer": _("Customer records"),
    "customers.contact": _("Phone numbers and e-mail addresses"),
    "customers.address": _("Addresses"),
    "customers.source": _("Records of sources, with older versions and identity numbers"),
    "customers.relation": _("Links to other people"),
    "customers.consent": _("Consents"),
    "customers.access": _("Dealers who know the customer"),
    "customers.asked": _("Requests of dealers to see the customer"),
    "customers.step": _("Journal of merges and splits"),
    "customers.request": _("Notes of requests by law"),
    "customers.search": _("Search entries"),
    "customers.tombstone": _("Digests that keep the records out of later imports"),
    NO_PERSON: _("Nothing personal is left in them."),
    PROOF: _("Proof of consent, as a digest (GDPR article 7, PIPL article 14)"),
    RETURN: _("So that a later import does not bring the person back"),
}


def own_data() -> PersonalData:
    """What the customers room answers for."""
    tables = (
        "customer", "contactpoint", "address", "relation", "consent", "customeraccess", "accessrequest",
        "privacyrequest", "sourcerecord", "sourceversion", "sealednumber", "matchrow", "matchkeys", "reviewpair",
        "verdict", "identitystep", "tombstone",
    )  # fmt: skip
    return PersonalData(
        code="customers",
        label=_("Customer data"),
        tables=tuple(f"customers_{table}" for table in tables),
        export=_export,
        erase=erase_asked,
        words=WORDS,
    )


def erase_asked(customer_ids: Sequence[int], at: datetime) -> list[Erased]:
    """Everything goes, for good: the person asked for it."""
    return _erase(customer_ids, at, may_return=False)


def erase_forgotten(customer_ids: Sequence[int], at: datetime) -> list[Erased]:
    """The same for people nobody heard of for long: what their source says anew is taken in again."""
    return _erase(customer_ids, at, may_return=True)


def _erase(customer_ids: Sequence[int], at: datetime, *, may_return: bool) -> list[Erased]:
    ids = list(customer_ids)
    records = SourceRecord.objects.filter(customer_id__in=ids)
    stones = bury(records, may_return=may_return, at=at)
    gone = [
        Erased("customers.source", _removed(records), "removed"),
        Erased("customers.contact", _removed(ContactPoint.objects.filter(customer_id__in=ids)), "removed"),
        Erased("customers.address", _removed(Address.objects.filter(customer_id__in=ids)), "removed"),
        Erased("customers.relation", _removed(Relation.objects.filter(_either(ids, "other"))), "removed"),
        Erased("customers.search", _removed(SearchEntry.objects.filter(kind="customer", object_id__in=ids)), "removed"),
    ]
    return [*gone, *_emptied(ids, at), *_kept(ids, stones)]


def _emptied(ids: list[int], at: datetime) -> list[Erased]:
    requests = PrivacyRequest.objects.filter(customer_id__in=ids).exclude(note="")
    steps = IdentityStep.objects.filter(Q(source_id__in=ids) | Q(target_id__in=ids))
    asked = AccessRequest.objects.filter(Q(customer_id__in=ids) | Q(candidates__overlap=ids))
    shells = Customer.objects.filter(pk__in=ids)
    return [
        Erased("customers.request", requests.update(note=""), "emptied"),
        Erased("customers.step", steps.update(note="", moved={}), "emptied"),
        Erased("customers.asked", asked.update(reason="", answer="", asked_for="", digest=""), "emptied"),
        Erased("customers.customer", shells.update(**_EMPTY, erased_at=at, updated_at=at), "emptied"),
    ]


def _kept(ids: list[int], stones: int) -> list[Erased]:
    accesses = CustomerAccess.objects.filter(customer_id__in=ids).count()
    return [
        Erased("customers.consent", _digest_proofs(ids), "kept", PROOF),
        Erased("customers.access", accesses, "kept", NO_PERSON),
        Erased("customers.tombstone", stones, "kept", RETURN),
    ]


def _digest_proofs(ids: list[int]) -> int:
    """That they said yes or no stays provable by whoever still holds the form or the recording."""
    rows = list(Consent.objects.filter(customer_id__in=ids))
    for row in rows:
        row.proof = f"digest:{keyed_digest(row.proof)}"
    Consent.objects.bulk_update(rows, ["proof"], batch_size=500)
    return len(rows)


def _removed(rows: QuerySet[Any]) -> int:
    """Delete rows and what hangs on them; answers how many of the rows themselves there were."""
    count = rows.count()
    rows.delete()
    return count


def _either(ids: list[int], other: str) -> Q:
    return Q(customer_id__in=ids) | Q(**{f"{other}_id__in": ids})


def _export(customer_ids: Sequence[int]) -> list[Section]:
    ids = list(customer_ids)
    return [_who(ids), _reach(ids), _places(ids), _numbers(ids), _consents(ids), _sources(ids), _dealers(ids)]


def _who(ids: list[int]) -> Section:
    heads = {
        "ref": _("Reference"), "kind": _("Kind"), "name": _("Name"), "gender": _("Gender"), "birth_date": _("Born on"),
        "province": _("Province"), "city": _("City"), "county": _("County"), "address": _("Address"),
        "postcode": _("Postcode"), "language": _("Language"), "created_at": _("Known since"),
    }  # fmt: skip
    return section_of("customer", _("Who you are"), heads, Customer.objects.filter(pk__in=ids))


def _reach(ids: list[int]) -> Section:
    heads = {"kind": _("Kind"), "value": _("Number or address"), "state": _("State"), "created_at": _("Known since")}
    return section_of("contact_points", _("How to reach you"), heads, ContactPoint.objects.filter(customer_id__in=ids))


def _places(ids: list[int]) -> Section:
    heads = {
        "text": _("Address"), "province": _("Province"), "city": _("City"), "county": _("County"),
        "postcode": _("Postcode"), "last_seen_on": _("Last seen on"),
    }  # fmt: skip
    return section_of("addresses", _("Addresses"), heads, Address.objects.filter(customer_id__in=ids))


def _numbers(ids: list[int]) -> Section:
    rows = SealedNumber.objects.filter(record__customer_id__in=ids).select_related("record")
    found = [{"kind": each.kind, "number": opened(each), "source": each.record.source} for each in rows]
    heads = {"kind": _("Kind"), "number": _("Number"), "source": _("Where it comes from")}
    return Section("identity_numbers", _("Identity numbers"), heads, found)


def opened(number: SealedNumber) -> str:
    """An identity number in clear; masked when the key it was sealed with is lost."""
    try:
        return unseal(bytes(number.sealed), purpose=ID_PURPOSE)
    except CannotOpen:
        return number.masked


def _consents(ids: list[int]) -> Section:
    heads = {
        "purpose": _("Purpose"), "channel": _("Channel"), "is_granted": _("Allowed"), "proof": _("Where it was said"),
        "at": _("When"),
    }  # fmt: skip
    return section_of(
        "consents", _("What you allowed"), heads, Consent.objects.filter(customer_id__in=ids).order_by("at")
    )


def _sources(ids: list[int]) -> Section:
    heads = {
        "source": _("Where it comes from"), "key": _("Key there"), "received_at": _("Received"),
        "payload": _("What it says"),
    }  # fmt: skip
    records = SourceRecord.objects.filter(customer_id__in=ids).order_by("id")
    older = SourceVersion.objects.filter(record__customer_id__in=ids).order_by("id")
    rows = [
        *section_of("", "", heads, records).rows,
        *({"received_at": v.received_at, "payload": v.payload} for v in older),
    ]
    return Section("source_records", _("What others told us"), heads, rows)


def _dealers(ids: list[int]) -> Section:
    rows = CustomerAccess.objects.filter(customer_id__in=ids).select_related("organisation").order_by("since")
    found = [
        {"organisation": each.organisation.name, "kind": each.kind, "since": each.since, "until": each.until}
        for each in rows
    ]
    heads = {"organisation": _("Who"), "kind": _("Why"), "since": _("Since"), "until": _("Until")}
    return Section("known_to", _("Who may see you"), heads, found)
