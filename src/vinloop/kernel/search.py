"""Finding things by what people type: names in Chinese or pinyin, number tails, plates, references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType

from django.db import connection
from django.db.models.expressions import RawSQL

from vinloop.kernel import search_tokens
from vinloop.kernel.access.actor import Actor
from vinloop.kernel.caches import Remembered
from vinloop.kernel.db.bulk import as_records, insert_rows, recordset, run_prepared
from vinloop.kernel.models import Installation, Organisation

# Each costs a random page or two: enough to choose from, and whoever sees "200+" types a little more.
CANDIDATES = 200
_MATCHING = "SELECT %s::text, object_id FROM kernel_searchentry WHERE tokens @> %s::bigint[] LIMIT %s"
_Answers = Mapping[tuple[str, str], list[int] | None]
_nothing: _Answers = MappingProxyType({})
_looked_up: ContextVar[_Answers] = ContextVar("vinloop_looked_up", default=_nothing)


@lru_cache(maxsize=1)
def search_key() -> bytes:
    """The key the tokens of this database are hashed with; read once per process."""
    return bytes(Installation.objects.get().search_key)


def index_objects(kind: str, tokens: Mapping[int, Iterable[int]]) -> None:
    """Write the tokens of objects, replacing what was there, in one statement."""
    rows = [(kind, object_id, "{" + ",".join(map(str, found)) + "}") for object_id, found in tokens.items()]
    insert_rows(
        "kernel_searchentry",
        {"kind": "text", "object_id": "bigint", "tokens": "bigint[]"},
        rows,
        on_conflict="(kind, object_id) DO UPDATE SET tokens = excluded.tokens",
    )


def index_more(kind: str, tokens: Mapping[int, Iterable[int]]) -> None:
    """Write the tokens of objects, keeping those other rooms gave them, in one statement."""
    rows = [(kind, object_id, "{" + ",".join(map(str, found)) + "}") for object_id, found in tokens.items()]
    insert_rows(
        "kernel_searchentry",
        {"kind": "text", "object_id": "bigint", "tokens": "bigint[]"},
        rows,
        on_conflict=(
            "(kind, object_id) DO UPDATE SET tokens = (SELECT array_agg(DISTINCT each)"
            " FROM unnest(kernel_searchentry.tokens || excluded.tokens) AS each)"
        ),
    )


def add_scopes(kind: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Let organisations, and the regions above them, find objects: (object id, organisation id) pairs."""
    columns = {"id": "bigint", "added": "bigint[]"}
    rows = [(object_id, scope_tokens(kind, organisation_id)) for object_id, organisation_id in pairs]
    run_prepared(
        "UPDATE kernel_searchentry e SET tokens = e.tokens || t.added"
        f" FROM {recordset(columns)} WHERE e.kind = %s AND e.object_id = t.id AND NOT e.tokens @> t.added",
        [as_records(columns, rows), kind],
    )


def add_tokens(kind: str, object_ids: Iterable[int], tokens: Iterable[int]) -> None:
    """Let objects be found by further tokens, keeping those they have."""
    added = list(tokens)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_searchentry SET tokens = tokens || %s::bigint[]"
            " WHERE kind = %s AND object_id = ANY (%s) AND NOT tokens @> %s::bigint[]",
            [added, kind, list(object_ids), added],
        )


_paths = Remembered(lambda: dict(Organisation.objects.values_list("id", "path")))


def _path(organisation_id: int) -> str:
    """An organisation added or moved in another process is known here within the seconds of the cache."""
    path = _paths().get(organisation_id)
    return path if path is not None else Organisation.objects.only("path").get(pk=organisation_id).path


def scope_tokens(kind: str, organisation_id: int) -> list[int]:
    """Tokens that stand for an organisation and everything above it except the root."""
    chain = [int(part) for part in _path(organisation_id).split("/") if part][1:]
    return [search_tokens.scope_token(search_key(), kind, each) for each in chain]


def matching_ids(kind: str, text: str, actor: Actor, limit: int = CANDIDATES) -> list[int] | None:
    """Ids of objects that carry every token of ``text`` within the actor's scope, at most ``limit``.

    ``None`` when the text holds nothing that can be searched. The ids are candidates: the caller reads the rows
    through its own protected table.
    """
    looked_up = _looked_up.get()
    if (kind, text) in looked_up:
        return looked_up[kind, text]
    wanted = _wanted(kind, text, actor)
    if not wanted:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING, [kind, wanted, limit])
        return [object_id for _, object_id in cursor.fetchall()]


def may_be_more(text: str, count: int) -> bool:
    """Whether a search that found so many may have left some out."""
    return bool(text.strip()) and count >= CANDIDATES


def by_key(ids: Iterable[int]) -> RawSQL:
    """Ids for ``pk__in``, so that rows are fetched by their keys and sorted then.

    Given a plain list, PostgreSQL may prefer to look for its members along the index the page is sorted by, which at
    a million rows took ten times as long.
    """
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


@contextmanager
def looking_up(kinds: Iterable[str], text: str, actor: Actor) -> Iterator[None]:
    """Look for several kinds of objects with one question; within the block ``matching_ids`` knows the answers."""
    wanted = {kind: _wanted(kind, text, actor) for kind in kinds}
    asked = {kind: tokens for kind, tokens in wanted.items() if tokens}
    ids: dict[str, list[int]] = {kind: [] for kind in asked}
    if asked:
        parts = [value for kind, tokens in asked.items() for value in (kind, tokens, CANDIDATES)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([f"({_MATCHING})"] * len(asked)), parts)
            for kind, object_id in cursor.fetchall():
                ids[kind].append(object_id)
    token = _looked_up.set({(kind, text): ids.get(kind) for kind in wanted})
    try:
        yield
    finally:
        _looked_up.reset(token)


def _wanted(kind: str, text: str, actor: Actor) -> list[int]:
    """The tokens of a text with the one of the actor's scope; empty when there is nothing to search for."""
    wanted = search_tokens.query_tokens(search_key(), kind, text)
    if wanted and not actor.sees_all:
        return [*wanted, search_tokens.scope_token(search_key(), kind, actor.organisation_id)]
    return wanted
