"""The rows of a file, chunk by chunk, as the customers room takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from vinloop.connectors.tabular.records.rows import FileRow
from vinloop.customers.actions.receive import Incoming
from vinloop.customers.actions.runs import CHUNK
from vinloop.customers.standard.checks import row_problem
from vinloop.customers.standard.mapping import mapped


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next rows: those to take, and those that can't be, each with its problem."""

    incoming: list[Incoming]
    refused: list[FileRow]

    @property
    def reasons(self) -> list[str]:
        """Why each of the others can't be taken."""
        return [row.problem for row in self.refused]


def chunks_of(rows: Iterable[FileRow], mapping: Mapping[str, str], *, size: int = CHUNK) -> Iterator[Chunk]:
    """Rows in chunks of ``size``, read as they are asked for."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield sorted_out(part, mapping)


def sorted_out(rows: Sequence[FileRow], mapping: Mapping[str, str]) -> Chunk:
    """Rows that can be taken and rows that can't."""
    chunk = Chunk([], [])
    for row in rows:
        values = mapped(row.cells, mapping)
        problem = row.problem or row_problem(row.cells, values)
        if problem:
            chunk.refused.append(FileRow(row.number, row.cells, row.flags, problem))
        else:
            chunk.incoming.append(Incoming(row.cells, values, row.flags))
    return chunk
