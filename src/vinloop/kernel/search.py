"""Finding things by what people type: names in Chinese or pinyin, number tails, plates, references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db import connection

from vinloop.kernel import search_tokens
from vinloop.kernel.access.actor import Actor
from vinloop.kernel.caches import Remembered
from vinloop.kernel.db.bulk import as_records, insert_rows, recordset, run_prepared
from vinloop.kernel.models import Installation, Organisation

CANDIDATES = 500


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
    wanted = search_tokens.query_tokens(search_key(), kind, text)
    if not wanted:
        return None
    if not actor.sees_all:
        wanted = [*wanted, search_tokens.scope_token(search_key(), kind, actor.organisation_id)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id FROM kernel_searchentry WHERE tokens @> %s::bigint[] LIMIT %s", [wanted, limit]
        )
        return [row[0] for row in cursor.fetchall()]
