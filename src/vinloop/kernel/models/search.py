"""One search index for everything that can be searched."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchEntry(models.Model):
    """Hashed search tokens of one object.

    It stands in a table of its own, without row-level security, because PostgreSQL refuses index scans
    with operators that are not leakproof (``@>`` is not) on a protected table. The tokens are keyed hashes
    and the answer is always joined to the protected table, so that nothing can be read here.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    tokens = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [GinIndex(fields=["tokens"], name="search_entry_tokens")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
