"""DuckDB in this process: the engine for up to some millions of records on one machine."""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI


class DuckEngine:
    """DuckDB in memory, bounded: ``memory`` in gigabytes, ``threads`` of the processor; the rest spills into the
    temporary directory (``TMPDIR``), which goes with the engine.
    """

    overlap = "list_has_any"

    def __init__(self, *, memory: float = 2.0, threads: int = 2) -> None:
        # What does not fit into memory is people's data: not left where the command happened to be called.
        self._spill = TemporaryDirectory(prefix="vinloop-duckdb-", ignore_cleanup_errors=True)
        self.connection = duckdb.connect()
        self.connection.execute(f"SET memory_limit = '{memory}GB'")
        self.connection.execute(f"SET threads = {threads}")
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute("SET temp_directory = ?", [self._spill.name])
        self.api = DuckDBAPI(self.connection)

    def register(self, table: pa.Table) -> Any:
        """The table as Splink takes it."""
        return self.api.register(table)

    def rows(self, table: Any) -> Iterable[tuple[float, int, int]]:
        """Probability and the two record ids of each row of a Splink result."""
        relation = table.as_duckdbpyrelation().project("match_probability, unique_id_l, unique_id_r")
        for batch in relation.to_arrow_table().to_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
