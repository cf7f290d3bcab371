"""The raw documents of the house (mails, lead files, tables) in which a person's words stand as they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import ImportRun, SourceRecord
from vinloop.customers.personal_data import Erased, PersonalData, Section
from vinloop.customers.privacy.needles import Needles, needles_of
from vinloop.kernel.models import IdempotencyKey, ReceivedDocument

ERASED = "erased"
_ZIP = b"PK\x03\x04"
_State = ReceivedDocument.State
WORDS = {
    "kernel.document": _("Documents as they were received"),
    "kernel.shared_document": _("Documents about several people: only this person's part"),
    "kernel.answer": _("Kept answers of the programming interface"),
}


def house_data() -> PersonalData:
    """What the kernel keeps: the kernel itself knows no customers, so this room answers for it."""
    return PersonalData(
        code="kernel",
        label=_("Documents received"),
        tables=("kernel_receiveddocument", "kernel_idempotencykey", "kernel_searchentry"),
        export=_export,
        erase=_erase,
        words=WORDS,
    )


def documents_with(needles: Needles) -> QuerySet[ReceivedDocument]:
    """Documents in which a sure needle stands readably. It reads every body, which a rare request may cost."""
    if not needles.sure:
        return ReceivedDocument.objects.none()
    raw = RawSQL(
        "SELECT d.id FROM kernel_receiveddocument d WHERE EXISTS ("
        "SELECT FROM unnest(%s::bytea[]) AS n WHERE position(n IN d.body) > 0)"
        " OR EXISTS (SELECT FROM unnest(%s::text[]) AS n WHERE strpos(d.context::text || d.filename, n) > 0)",
        [needles.sure_bytes(), list(needles.sure)],
    )
    return ReceivedDocument.objects.filter(pk__in=raw)


def empty_documents(documents: Iterable[ReceivedDocument], at: datetime) -> int:
    """Forget what documents said. That they came, when, and a digest of the whole stay; answers how many."""
    count = 0
    for document in documents:
        document.body, document.filename, document.context = b"", "", {}
        document.detail, document.remarks = "", []
        if document.state in (_State.RECEIVED, _State.QUARANTINED):
            document.state, document.reason, document.handled_at = _State.DISMISSED, ERASED, at
        document.save()
        count += 1
    return count


def blot_documents(documents: Iterable[ReceivedDocument], needles: Needles, at: datetime) -> list[Erased]:
    """Overwrite one person in documents about several; one in which nothing readable stands is emptied."""
    blotted, opaque = 0, []
    for document in documents:
        body = bytes(document.body)
        left = needles.blotted(body)
        if left == body:
            opaque.append(document)
            continue
        document.body, document.context, document.filename = left, {}, ""
        document.save(update_fields=["body", "context", "filename"])
        blotted += 1
    emptied = empty_documents(opaque, at)
    return [Erased("kernel.shared_document", blotted, "emptied"), Erased("kernel.document", emptied, "emptied")]


def _erase(customer_ids: Sequence[int], at: datetime) -> list[Erased]:
    needles = needles_of(customer_ids)
    answers = IdempotencyKey.objects.filter(pk__in=_answers_with(needles))
    removed, _details = answers.delete()
    packed = Erased("kernel.document", empty_documents(_packed_files(customer_ids), at), "emptied")
    return [packed, *blot_documents(documents_with(needles), needles, at), Erased("kernel.answer", removed, "removed")]


def _packed_files(customer_ids: Sequence[int]) -> QuerySet[ReceivedDocument]:
    """Workbooks and archives their records came in: nothing can be read or overwritten within, so all of it goes."""
    sources = SourceRecord.objects.filter(customer_id__in=customer_ids).values("source")
    ended = (ImportRun.State.DONE, ImportRun.State.FAILED)
    runs = ImportRun.objects.filter(source__code__in=sources, state__in=ended, document__isnull=False)
    packed = RawSQL("SELECT d.id FROM kernel_receiveddocument d WHERE substr(d.body, 1, 4) = %s", [_ZIP])
    return ReceivedDocument.objects.filter(pk__in=runs.values("document_id")).filter(pk__in=packed)


def _answers_with(needles: Needles) -> RawSQL:
    return RawSQL(
        "SELECT k.id FROM kernel_idempotencykey k WHERE EXISTS ("
        "SELECT FROM unnest(%s::bytea[]) AS n WHERE position(n IN k.body) > 0)",
        [needles.sure_bytes()],
    )


def _export(customer_ids: Sequence[int]) -> list[Section]:
    """That a document speaks of them; what it says was understood stands with the records and leads."""
    found = documents_with(needles_of(customer_ids)).defer("body").order_by("id")
    rows = [{"ref": d.ref, "channel": d.channel, "received_at": d.received_at} for d in found]
    heads = {"ref": _("Reference"), "channel": _("How it came"), "received_at": _("Received")}
    return [Section("documents", _("Documents that mention you"), heads, rows)]
