"""The columns and rows of a list, and the rows as HTML.

Written in Python, not in the template: a list has hundreds of cells, and walking template nodes for each of them cost
more than everything else on the page together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.kernel.web.cells import Tone

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``key`` names it in the address (sort) and in the reader's remembered choice.

    A long text may wrap (``is_long``); everything else stays on one line. A phone leaves out what is not
    ``is_on_phone``.
    """

    key: str
    label: StrOrPromise
    align: Literal["start", "end"] = "start"
    sortable: bool = False
    is_shown: bool = True
    is_long: bool = False
    is_on_phone: bool = True
    hint: StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a cell is a string (escaped) or a piece of ``kernel.web.cells``; ``ref`` names it in bulk."""

    url: str
    cells: Sequence[str | SafeString | StrOrPromise]
    ref: str = ""
    tone: Tone = "neutral"
    label: StrOrPromise = ""


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
