"""The first rows of a file and what they would be understood as; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from vinloop.connectors.tabular.records.rows import FileRow, RecordFile
from vinloop.connectors.tabular.records.words import problem_words
from vinloop.customers.doubts import flags_words
from vinloop.customers.standard.checks import row_problem
from vinloop.customers.standard.mapping import mapped
from vinloop.customers.standard.record import standardise

ROWS = 20


@dataclass(frozen=True, slots=True)
class Understood:
    """One row as it came and as it is understood; ``remarks`` is what was doubtful, ``problem`` why it is refused."""

    number: int
    cells: list[str]
    key: str = ""
    name: str = ""
    reached: str = ""
    address: str = ""
    car: str = ""
    identity: str = ""
    remarks: str = ""
    problem: str = ""


def understood(file: RecordFile, mapping: Mapping[str, str], country: str, count: int = ROWS) -> list[Understood]:
    """The first rows."""
    return [_row(row, file.columns, mapping, country) for row in islice(file.rows(), count)]


def _shown(cells: Mapping[str, str], columns: Iterable[str], mapping: Mapping[str, str]) -> list[str]:
    """A row as it came; of identity numbers only that there is one, for what is seen of them is recorded elsewhere."""
    hidden = {column for column, field in mapping.items() if field == "id_number"}
    return ["…" if column in hidden and cells.get(column) else cells.get(column, "") for column in columns]


def _row(row: FileRow, columns: list[str], mapping: Mapping[str, str], country: str) -> Understood:
    values = mapped(row.cells, mapping)
    cells = _shown(row.cells, columns, mapping)
    problem = row.problem or row_problem(row.cells, values)
    if problem:
        return Understood(row.number, cells, problem=problem_words(problem))
    read = standardise(values, record_id=0, digest=str, country=country).record
    return Understood(
        number=row.number,
        cells=cells,
        key=next(iter(values.get("key", ())), ""),
        name=read.name,
        reached=" · ".join((*read.phones, *read.emails)),
        address=read.address,
        car=" · ".join(filter(None, (read.vin, read.plate))),
        identity=read.id_masked,
        remarks=flags_words((*row.flags, *read.flags)),
    )
