"""Source records: what the islands sent, what was understood of it, and how it is compared."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models.golden import Customer


class Source(models.Model):
    """A system that keeps customers: a dealer's DMS, the old call centre, the web shop, the club.

    ``trust`` (0-100) decides between sources that disagree. ``mapping`` is column → field, as confirmed by a person.
    """

    class Kind(models.TextChoices):
        DMS = "dms", _("Dealer's system")
        CALL_CENTRE = "call_centre", _("Call centre")
        WEB_SHOP = "web_shop", _("Web shop")
        CLUB = "club", _("Owner club")
        DOOR = "door", _("Vinloop itself")
        OTHER = "other", _("Other system")

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    trust = models.SmallIntegerField(default=50)
    country = models.CharField(max_length=2, default="CN")
    mapping = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="source_code_once")]

    def __str__(self) -> str:
        return self.code


class SourceRecord(models.Model):
    """A customer as one source sent it; ``(source, key)`` identifies it for ever.

    ``payload`` is the row as it came, but for identity numbers, which are sealed (``SealedNumber``). What a later
    import changed is kept as a ``SourceVersion``. ``standard`` is what was understood, ``flags`` what was doubtful.
    ``customer`` is empty until the record was resolved.
    """

    source = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="source_records")
    payload = models.JSONField()
    branch = models.CharField(max_length=60, blank=True, default="", db_default="")
    matched_by = models.CharField(max_length=40)
    # How surely it belongs to its customer, and why: the parts of the score against the record it joined through.
    probability = models.FloatField(null=True, blank=True)
    reasons = models.JSONField(null=True, blank=True)
    standard = models.JSONField(null=True, blank=True)
    flags = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    digest = models.CharField(max_length=32, blank=True, default="", db_default="")
    # The edition of the rules that made it comparable; 0 waits for it.
    edition = models.SmallIntegerField(default=0, db_default=0)
    # Whether a run has compared what it says now with the base; a change makes it wait again.
    is_compared = models.BooleanField(default=False, db_default=False)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="source_record_once")]
        indexes = [
            models.Index(fields=["branch", "id"], name="source_record_branch"),
            models.Index(fields=["id"], name="source_record_waiting", condition=models.Q(is_compared=False)),
            models.Index(fields=["id"], name="source_record_unread", condition=models.Q(edition=0)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class SourceVersion(models.Model):
    """What a source record said before a later import changed it."""

    record = models.ForeignKey(SourceRecord, models.CASCADE, related_name="versions")
    payload = models.JSONField()
    received_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"older {self.record_id}"


class SealedNumber(models.Model):
    """An identity number: encrypted, and findable only by its keyed digest."""

    record = models.OneToOneField(SourceRecord, models.CASCADE, primary_key=True, related_name="sealed_number")
    kind = models.CharField(max_length=12)
    sealed = models.BinaryField()
    digest = models.CharField(max_length=32, db_index=True)
    masked = models.CharField(max_length=24)

    def __str__(self) -> str:
        return f"number of {self.record_id}"


class MatchRow(models.Model):
    """A source record as the matcher sees it (``matching.features``)."""

    record = models.OneToOneField(SourceRecord, models.CASCADE, primary_key=True, related_name="match_row")
    features = models.JSONField()

    def __str__(self) -> str:
        return f"match row of {self.record_id}"


class MatchKeys(models.Model):
    """The keys under which a source record meets others: digests only, so the table needs no row-level security.

    Under it PostgreSQL would not use the index, for it can't know that comparing arrays tells nothing.
    """

    record = models.OneToOneField(SourceRecord, models.CASCADE, primary_key=True, related_name="match_keys")
    keys = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [GinIndex(fields=["keys"], name="match_keys_keys")]

    def __str__(self) -> str:
        return f"keys of {self.record_id}"


class MatchModel(models.Model):
    """A trained model (``matching.model``); the newest counts. ``quality`` is what was measured when it was made."""

    document = models.JSONField()
    quality = models.JSONField(default=dict)
    trained_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"model {self.pk}"


class ImportRun(models.Model):
    """One file of source records on its way in: progress, and where to go on after a break.

    ``document`` holds an uploaded file; one named on the command line is read where it lies. ``plan`` says how it is
    read, ``flags`` counts what was doubtful, ``refusals`` why rows were refused. A dry run keeps nothing but the
    figures.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")

    ref = models.CharField(max_length=20)
    source = models.ForeignKey(Source, models.PROTECT, related_name="runs")
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+", db_index=False)
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rows_done = models.IntegerField(default=0)
    rows_total = models.IntegerField(null=True, blank=True)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    flagged = models.IntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    document = models.ForeignKey("kernel.ReceivedDocument", models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.JSONField(default=dict, db_default={})
    flags = models.JSONField(default=dict, db_default={})
    refusals = models.JSONField(default=dict, db_default={})
    is_dry = models.BooleanField(default=False, db_default=False)
    started_by = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref"], name="import_run_ref_once")]
        indexes = [models.Index(fields=["-started_at"], name="import_run_recent")]

    def __str__(self) -> str:
        return self.ref


class ResolveRun(models.Model):
    """One run of identity resolution: what it found and did, for the people who answer for it."""

    is_full = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="resolve_run_recent")]

    def __str__(self) -> str:
        return f"run {self.pk}"
