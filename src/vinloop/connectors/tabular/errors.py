"""The refused rows of an import as a file: as they were, with a column that says why, safe to open."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from vinloop.connectors.tabular.importing import refused_rows, table_of
from vinloop.connectors.tabular.rows import ImportPlan
from vinloop.connectors.tabular.write import write_csv, write_xlsx
from vinloop.connectors.words import explain
from vinloop.kernel.models import ReceivedDocument

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def error_file(document: ReceivedDocument, plan: ImportPlan, file_format: str) -> tuple[bytes, str]:
    """Content and media type; ``file_format`` is ``csv`` or ``xlsx``. Corrected, the file can be imported again."""
    headers = [*table_of(document, plan.sheet, plan.encoding).headers, _("Reason"), _("Row")]
    if file_format == "xlsx":
        return write_xlsx(headers, _rows(document, plan, len(headers) - 2)), XLSX
    return write_csv([headers, *_rows(document, plan, len(headers) - 2)]), CSV


def _rows(document: ReceivedDocument, plan: ImportPlan, width: int) -> Iterator[list[str]]:
    for row in refused_rows(document, plan):
        cells = (row.cells + [""] * width)[:width]
        yield [*cells, explain(row.reasons), str(row.row)]
