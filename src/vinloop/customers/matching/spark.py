"""Spark: the engine for a base that outgrew one machine. The same model and levels, the same clusters.

Needs the extra ``vinloop[spark]`` (pyspark, and a Java 17 or later). A session for a cluster is made by whoever runs
it; :func:`local_session` is for one machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pyarrow as pa


def local_session(*, threads: int = 2, memory: float = 2.0) -> Any:
    """A Spark session in this process; ``memory`` in gigabytes."""
    from pyspark.sql import SparkSession
    from splink.internals.spark.jar_location import similarity_jar_location

    return (
        SparkSession.builder.master(f"local[{threads}]")
        .appName("vinloop")
        .config("spark.driver.memory", f"{int(memory * 1024)}m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.warehouse.dir", str(Path(gettempdir()) / "vinloop-spark-warehouse"))
        .config("spark.sql.shuffle.partitions", str(2 * threads))
        .config("spark.default.parallelism", str(2 * threads))
        .config("spark.jars", similarity_jar_location())
        .getOrCreate()
    )


class SparkEngine:
    """Splink on a Spark session."""

    overlap = "arrays_overlap"

    def __init__(self, session: Any) -> None:
        import splink

        made: Any = splink.SparkAPI
        self.api = made(spark_session=session, break_lineage_method="persist", num_partitions_on_repartition=4)

    def register(self, table: pa.Table) -> Any:
        """The table as Splink takes it."""
        return self.api.register(table)

    def rows(self, table: Any) -> Iterable[tuple[float, int, int]]:
        """Probability and the two record ids of each row of a Splink result."""
        frame = table.as_spark_dataframe().select("match_probability", "unique_id_l", "unique_id_r")
        for row in frame.toLocalIterator():
            yield row[0], row[1], row[2]
