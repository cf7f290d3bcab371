"""What a run leaves to be corrected: its refused rows, and the records something was doubtful about."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from vinloop.connectors.tabular.records.uploads import file_of, plan_of, refused_rows
from vinloop.connectors.tabular.records.words import problem_words
from vinloop.connectors.tabular.write import write_csv
from vinloop.customers.doubts import flags_words
from vinloop.customers.models import ImportRun, SourceRecord

CSV = "text/csv; charset=utf-8"
_MOST = 100_000


def error_file(run: ImportRun) -> bytes:
    """The refused rows as they were, with the reason: corrected, the file can be imported again."""
    if run.document is None:
        return b""
    columns = _columns(run)
    rows = (
        [*(row.cells.get(column, "") for column in columns), problem_words(row.problem), str(row.number)]
        for row in refused_rows(run)
    )
    return write_csv([[*columns, _("Reason"), _("Row")], *rows])


def _columns(run: ImportRun) -> list[str]:
    """In the order of the file; none where it was read on the command line."""
    if run.document is None:
        return []
    plan = plan_of(run)
    return file_of(run.document, plan.sheet, plan.encoding).columns


def flagged_records(run: ImportRun) -> QuerySet[SourceRecord]:
    """Records this run brought or changed about which something was doubtful; all of a run bear its time."""
    mine = Q(received_at=run.started_at) | Q(changed_at=run.started_at)
    return SourceRecord.objects.filter(mine, source=run.source.code).exclude(flags=[]).order_by("pk")


def flagged_file(run: ImportRun) -> bytes:
    """Those records as they came (identity numbers masked), with what was doubtful."""
    found = list(flagged_records(run).values_list("key", "payload", "flags")[:_MOST])
    columns = list(dict.fromkeys([*_columns(run), *(column for _key, payload, _flags in found for column in payload)]))
    return write_csv([[*columns, _("Look at"), _("Key in the source")], *_lines(found, columns)])


def _lines(found: list[tuple[str, dict[str, str], list[str]]], columns: list[str]) -> Iterator[list[str]]:
    for key, payload, flags in found:
        yield [*(payload.get(column, "") for column in columns), flags_words(flags), key]
