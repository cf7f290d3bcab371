"""Why a table file was refused: one exception with a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.intake.remarks import Remark, spell_remark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS: Mapping[str, StrOrPromise] = {
    "table.damaged.archive": _("The workbook is damaged or incomplete. Save it again."),
    "table.damaged.end": _("The file breaks off in the middle of a character. Copy it again."),
    "table.damaged.line": _("Line %(row)s is longer than %(limit)s characters."),
    "table.damaged.row": _("Row %(row)s cannot be read."),
    "table.damaged.sheet": _("A sheet of the workbook is damaged. Save it again as .xlsx."),
    "table.damaged.workbook": _("The workbook cannot be read. Save it again as .xlsx."),
    "table.empty": _("The file is empty."),
    "table.empty.rows": _("The file has no rows."),
    "table.empty.sheets": _("The workbook has no visible sheet with content."),
    "table.no_such_sheet": _("The workbook has no sheet of this name."),
    "table.not_a_table": _("There is no table in this file. Save it as .xlsx or CSV."),
    "table.not_a_table.kind": _("The .%(kind)s file holds no table inside. Save it as .xlsx or CSV."),
    "table.not_a_table.archive": _("The file is an archive but not an Excel workbook (.xlsx)."),
    "table.nul_byte": _("The file holds NUL characters, so it is not a text table."),
    "table.old_excel": _("Old Excel files (.xls) and workbooks with a password cannot be read. Save as .xlsx or CSV."),
    "table.too_large": _("The file is larger than %(limit)s bytes. Split it."),
    "table.too_large.workbook": _("The workbook is too large to open at once. Export it as CSV, which has no limit."),
    "table.not_json": _("Line %(row)s is no JSON object."),
    "table.too_many_columns": _("The table has more than %(limit)s columns."),
    "table.too_many_rows": _("The table has more than %(limit)s rows. Split the file."),
    "table.too_many_rows.sheet": _("A sheet holds %(limit)s rows. Export as CSV instead."),
    "table.too_sparse": _("Cells are filled too far apart. Copy the table into a new sheet and save that."),
    "table.unclosed_quote": _("A quotation mark in row %(row)s is never closed, or the file breaks off there."),
    "table.undecodable": _("The text encoding cannot be recognised. Save the file as CSV UTF-8 and try again."),
    "table.zip_bomb": _("The workbook unpacks to far more than it should; it was not opened."),
}


class TableRefused(Exception):
    """The bytes are not a table we can trust.

    ``code`` is one of ``WORDS`` without its ``table.``; ``reason_code``, what stands before a dot in it, is stable and
    groups. ``args`` are figures; they never quote a cell.
    """

    def __init__(self, code: str, **args: str | int) -> None:
        super().__init__(code)
        self.reason_code = code.partition(".")[0]
        self.remark = Remark(f"table.{code}", args)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return spell_remark(self.remark)
