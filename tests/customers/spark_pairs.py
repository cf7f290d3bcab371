"""Pairs of a few hundred made-up records, scored on DuckDB and on Spark with the same model."""

from __future__ import annotations

from benchmarks.people import records

from vinloop.customers.matching import batch
from vinloop.customers.matching.duck import DuckEngine
from vinloop.customers.matching.model import default_model
from vinloop.customers.matching.spark import SparkEngine, local_session
from vinloop.customers.standard.mapping import mapped, propose_mapping
from vinloop.customers.standard.record import standardise

COUNT = 600


def compared() -> dict[str, float]:
    """How many pairs both found, how many only one did, and the largest difference between two probabilities."""
    rows = [row for row, _truth in records(seed=5, count=COUNT)]
    mapping = propose_mapping(list(rows[0]))
    features = [
        standardise(mapped(row, mapping), record_id=number, digest=str).features for number, row in enumerate(rows)
    ]
    prepared = batch.prepare(features)
    model = batch.with_frequencies(default_model(), prepared)
    duck = {(pair.one, pair.two): pair.probability for pair in batch.predict(DuckEngine(), prepared, model)}
    session = local_session()
    try:
        found = batch.predict(SparkEngine(session), prepared, model)
        spark = {(pair.one, pair.two): pair.probability for pair in found}
    finally:
        session.stop()
    both = duck.keys() & spark.keys()
    return {
        "pairs": len(both),
        "only_on_one": len(duck.keys() ^ spark.keys()),
        "largest_difference": max(abs(duck[pair] - spark[pair]) for pair in both),
    }
