"""The import itself: chunk by chunk, each in its transaction together with how far it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
from django.db import transaction

from vinloop.connectors.tabular.read import read_table
from vinloop.connectors.tabular.rows import ImportPlan, submission_of
from vinloop.connectors.tabular.table import Table
from vinloop.customers.actions.identify import read_contacts
from vinloop.kernel.access import Actor
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.models import ReceivedDocument
from vinloop.leads.actions import Captured, Refused, capture_leads
from vinloop.leads.rules.submissions import Submission, submission_problems

CHANNEL = "table"
CHUNK = 500


class Progress(msgspec.Struct, kw_only=True):
    """How far an import is: rows looked at, and what became of them. ``repeated`` rows were imported before."""

    total: int
    done: int = 0
    new: int = 0
    merged: int = 0
    repeated: int = 0
    refused: int = 0
    is_dry: bool = False
    is_over: bool = False
    is_cancelled: bool = False

    def count(self, answers: Sequence[Captured | Refused]) -> None:
        """Add the answers of a chunk."""
        for answer in answers:
            name = _outcome(answer)
            setattr(self, name, getattr(self, name) + 1)
        self.done += len(answers)


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that can't become a lead. ``row`` counts as the spreadsheet does; ``reasons``: field path → code."""

    row: int
    reasons: dict[str, str]
    cells: list[str]


def table_of(document: ReceivedDocument, sheet: str | None = None, encoding: str | None = None) -> Table:
    """The table in a received document; remembered, because an import asks for it chunk by chunk.

    Raises ``TableRefused``.
    """
    return _table(document.pk, document.digest, sheet, encoding)


def plan_of(document: ReceivedDocument) -> ImportPlan | None:
    """What was decided for a document; ``None`` before anybody did."""
    plan = document.context.get("plan")
    return msgspec.convert(plan, ImportPlan) if plan else None


def progress_of(document: ReceivedDocument) -> Progress | None:
    """How far its import is; ``None`` before it was started."""
    progress = document.context.get("progress")
    return msgspec.convert(progress, Progress) if progress else None


def import_chunk(
    *, actor: Actor, document: ReceivedDocument, plan: ImportPlan, progress: Progress, at: datetime
) -> None:
    """Capture the next rows in the current transaction and count them in ``progress``.

    A dry run does the same and takes it back. Rows of one person which stand in different chunks then each count
    as new, because the earlier one was taken back.
    """
    table = table_of(document, plan.sheet, plan.encoding)
    rows = submissions(document, table, plan, slice(progress.done, progress.done + CHUNK))
    with transaction.atomic():
        answers = capture_leads(actor=actor, submissions=[each for _, each in rows], at=at, document_id=document.pk)
        if plan.is_dry:
            transaction.set_rollback(True)
    if plan.is_dry:
        # What was read between writing and taking back must not be believed.
        forget_everything()
    progress.count(answers)
    progress.is_over = progress.done >= progress.total


def submissions(
    document: ReceivedDocument, table: Table, plan: ImportPlan, part: slice = slice(None)
) -> Iterator[tuple[int, Submission]]:
    """Each row's number in the file and what it says. A row without an id is known by the file and its place."""
    mark = document.digest[:40]
    for number, row in zip(table.row_numbers[part], table.rows[part], strict=True):
        yield number, submission_of(dict(zip(table.headers, row, strict=False)), plan, f"{mark}:{number}")


def refused_rows(document: ReceivedDocument, plan: ImportPlan) -> Iterator[RefusedRow]:
    """The rows that can't become leads, found again from the file: nothing of them needs to be stored."""
    table = table_of(document, plan.sheet, plan.encoding)
    for (number, submission), cells in zip(submissions(document, table, plan), table.rows, strict=True):
        customer = submission.customer
        phones, emails = read_contacts(customer.phones, customer.emails)
        problems = submission_problems(submission, phones=len(phones), emails=len(emails))
        if problems:
            yield RefusedRow(number, problems, cells)


def _outcome(answer: Captured | Refused) -> str:
    if isinstance(answer, Refused):
        return "refused"
    if answer.is_resend:
        return "repeated"
    return "merged" if answer.merged_into else "new"


@lru_cache(maxsize=2)
def _table(document_id: int, digest: str, sheet: str | None, encoding: str | None) -> Table:
    """Keyed by the digest too, so that a test's or a restored database's ids mean nothing."""
    document = ReceivedDocument.objects.get(pk=document_id, digest=digest)
    return read_table(bytes(document.body), document.filename, sheet=sheet, encoding=encoding)
