"""What must not come back: keyed digests of what was erased."""

from __future__ import annotations

from django.db import models


class Tombstone(models.Model):
    """A source record that was erased, as a digest of its source and key: a later import leaves it out.

    ``content`` is empty after an erasure somebody asked for. What was only forgotten for its age carries a digest of
    what it said, and comes back when its source says something new of the person.
    """

    digest = models.CharField(max_length=32)
    content = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="tombstone_once")]

    def __str__(self) -> str:
        return f"tombstone {self.pk}"
