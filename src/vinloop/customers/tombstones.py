"""Tombstones: which source records were erased and are not to be taken in again.

Their key is the installation's own and travels with a backup, not the secret key: a tombstone must outlive the
rotation of a secret, for what it stands for is gone and can't be digested anew (decision 0011).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from vinloop.customers.models import SourceRecord, Tombstone
from vinloop.kernel.search import search_key

_BYTES = 16


def bury(records: QuerySet[SourceRecord], *, may_return: bool, at: datetime) -> int:
    """Put up a tombstone for each record, before it is removed; answers how many there were."""
    rows = [
        Tombstone(digest=_digest("key", source, key), content=_digest("said", said) if may_return else "", at=at)
        for source, key, said in records.values_list("source", "key", "digest")
    ]
    Tombstone.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["digest"], update_fields=["content", "at"], batch_size=1_000
    )
    return len(rows)


def buried(source: str, said_by_key: Mapping[str, str]) -> set[str]:
    """Those keys of a source that stay out, given what each row says (its digest)."""
    if not Tombstone.objects.exists():
        return set()
    by_digest = {_digest("key", source, key): key for key in said_by_key}
    found = Tombstone.objects.filter(digest__in=list(by_digest)).values_list("digest", "content")
    return {key for digest, content in found if _stays_out(content, said_by_key[key := by_digest[digest]])}


def _stays_out(content: str, said: str) -> bool:
    return not content or content == _digest("said", said)


def keyed_digest(*parts: str) -> str:
    """A digest that only this installation can make: proof of a text without the text."""
    return _digest("proof", *parts)


def _digest(purpose: str, *parts: str) -> str:
    text = "\0".join(["tombstone", purpose, *parts])
    return hmac.digest(search_key(), text.encode(), hashlib.sha256)[:_BYTES].hex()
