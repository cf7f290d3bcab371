"""One row of everything about identity for each side, so that the isolation tests look at every table."""

from __future__ import annotations

from datetime import timedelta

from tests.leads.world import AT, World
from tests.site.isolation_world import Side

from vinloop.customers.actions.receive import Incoming, receive_records
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.actions.weights import keep_model
from vinloop.customers.matching.model import default_model
from vinloop.customers.models import (
    AccessRequest,
    Address,
    IdentityStep,
    ImportRun,
    PrivacyRequest,
    QualityDay,
    Relation,
    ResolveRun,
    ReviewPair,
    SourceRecord,
    Tombstone,
    Verdict,
)

PAYLOADS = ({"id": "1", "name": "first"}, {"id": "2", "name": "second"}, {"id": "1", "name": "changed"})


def make_source(world: World, side: Side) -> None:
    """A source of the dealer's with two records and a file that was taken in."""
    word = side.identity.word
    with world.system() as system:
        source = register_source(actor=system, code=f"dms-{word}", owner=side.dealer, terms=SourceTerms(), at=AT)
        for payload in PAYLOADS:
            values = {"key": [payload["id"]], "name": [f"{payload['name']} {word}"], "id_number": ["A1234567"]}
            rows = [Incoming({**payload, "name": values["name"][0]}, values)]
            receive_records(actor=system, source=source, rows=rows, at=AT)
        side.refs |= {"source": source.code, "run": f"I-{word}"}
        ImportRun.objects.create(ref=f"I-{word}", source=source, owner=side.dealer, file_name=word, started_at=AT)


def make_identity(world: World, side: Side) -> None:
    """A source of the dealer's with two records, and what headquarters decides about such."""
    word, customer = side.identity.word, side.numbers["customer"]
    make_source(world, side)
    with world.system():
        one, two = SourceRecord.objects.filter(source=side.refs["source"]).order_by("id")
        pair = ReviewPair.objects.create(one=one, two=two, probability=0.7, created_at=AT)
        Verdict.objects.create(one=one, two=two, is_same=False, at=AT)
        step = IdentityStep.objects.create(kind="merge", source_id=customer, target_id=customer, moved={}, at=AT)
        side.numbers |= {"pair": pair.pk, "step": step.pk}
        ResolveRun.objects.create(is_full=True, started_at=AT)
        keep_model(default_model(), records=1, at=AT)
        PrivacyRequest.objects.create(
            ref=f"P-{word}", customer_id=customer, kind="access", asked_how=word, opened_at=AT,
            due_on=AT.date() + timedelta(days=30),
        )  # fmt: skip
        AccessRequest.objects.create(
            ref=f"A-{word}", customer_id=customer, organisation=side.dealer, reason=word, asked_at=AT
        )
        QualityDay.objects.create(
            day=AT.date(), source=side.refs["source"], owner=side.dealer, counts={"records": 2}, counted_at=AT
        )
        address = Address.objects.create(customer_id=customer, text=f"{word} road 1", door=word)
        relation = Relation.objects.create(customer_id=customer, other_id=customer, kind="other", since=AT)
        side.refs |= {"privacy": f"P-{word}", "asked": f"A-{word}"}
        side.numbers |= {"address": address.pk, "relation": relation.pk, "record": one.pk}
        Tombstone.objects.create(digest=word, at=AT)
