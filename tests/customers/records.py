"""Rows of sources for tests: headed in Chinese as dealers send them, received and resolved like any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.leads.world import AT, World

from vinloop.customers.actions.receive import Incoming, Received, receive_records
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.models import Source, SourceRecord
from vinloop.customers.standard.mapping import mapped, propose_mapping
from vinloop.kernel.models import Organisation

Rows = Sequence[Mapping[str, str]]
HEADINGS = ("编号", "门店", "姓名", "性别", "手机", "身份证号", "邮箱", "地址", "车架号", "车牌号", "建档日期")


def row(key: str, **said: str) -> dict[str, str]:
    """A row by field: ``row("1", 姓名="张伟")``; what is not said is an empty cell."""
    return {**dict.fromkeys(HEADINGS, ""), "编号": key, **said}


def make_source(world: World, code: str = "dms", owner: Organisation | None = None) -> Source:
    """A registered source, headquarters' own if nobody else's."""
    with world.system() as actor:
        terms = SourceTerms(mapping=propose_mapping(HEADINGS))
        return register_source(actor=actor, code=code, owner=owner or world.network.root, terms=terms, at=AT)


def receive(world: World, source: Source, rows: Rows, at: datetime = AT, *, is_dry: bool = False) -> Received:
    """Take rows in as the source's mapping says."""
    with world.system() as actor:
        incoming = [Incoming(each, mapped(each, source.mapping)) for each in rows]
        return receive_records(actor=actor, source=source, rows=incoming, at=at, is_dry=is_dry)


def customers_of(world: World, source: str) -> dict[str, int | None]:
    """Key → customer, of all records of a source."""
    with world.system():
        return dict(SourceRecord.objects.filter(source=source).values_list("key", "customer_id"))
