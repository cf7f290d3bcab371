"""Settings, idempotency keys and the installation's own row."""

from __future__ import annotations

from django.db import models


class SettingValue(models.Model):
    """A value an administrator chose for a declared setting, for an organisation and all below it."""

    name = models.CharField(max_length=80)
    organisation = models.ForeignKey("kernel.Organisation", models.CASCADE, related_name="+", db_index=False)
    value = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "organisation"], name="setting_value_once")]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The answer given to a request that carried an ``Idempotency-Key``, repeated when it comes again."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return self.key


class Installation(models.Model):
    """The one row that belongs to this database: keys that must travel with a backup."""

    search_key = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return "installation"
