"""The rows of a list as HTML.

Written in Python, not in the template: a list has hundreds of cells, and walking template nodes for each of them cost
more than everything else on the page together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from vinloop.kernel.web.listing import Column, Row


def table_rows(columns: Sequence[Column], rows: Sequence[Row], *, is_picked: bool) -> SafeString:
    """``<tr>`` for each row; with a check box where rows can be picked. Every value is escaped unless it is HTML."""
    openings = [_opening(column) for column in columns]
    pick = _("Select %(name)s") if is_picked else ""
    return SafeString("".join(_row(row, openings, pick) for row in rows))


def _opening(column: Column) -> str:
    flags = (("is-end", column.align == "end"), ("is-long", column.is_long), ("is-off-phone", not column.is_on_phone))
    classes = " ".join(name for name, is_set in flags if is_set)
    return format_html('<td data-col="{}" data-label="{}" class="{}">', column.key, column.label, classes)


def _row(row: Row, openings: Sequence[str], pick: str) -> str:
    url, ref = conditional_escape(row.url), conditional_escape(row.ref)
    anchor = f' id="row-{ref}"' if row.ref else ""
    cells = [f"{opening}{conditional_escape(cell)}</td>" for opening, cell in zip(openings, row.cells, strict=True)]
    if row.url and cells:
        first = conditional_escape(row.cells[0])
        cells[0] = f'{openings[0]}<a class="vl-row-link" href="{url}">{first}</a></td>'
    box = _box(row, ref, pick) if pick else ""
    return f'<tr class="row-{row.tone}" data-href="{url}"{anchor}>{box}{"".join(cells)}</tr>'


def _box(row: Row, ref: str, pick: str) -> str:
    label = conditional_escape(pick % {"name": row.label or row.ref})
    return (
        '<td class="vl-pick"><input type="checkbox" class="form-check-input" name="ref"'
        f' value="{ref}" data-pick aria-label="{label}"></td>'
    )
