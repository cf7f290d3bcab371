"""Training and scoring many records at once with Splink, in process on DuckDB or on Spark.

Both engines run the same SQL over the same columns; ``Engine`` holds what they spell differently.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import msgspec
import pyarrow as pa
from splink import Linker, SettingsCreator, block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator

from vinloop.customers.matching.clusters import Pair
from vinloop.customers.matching.features import Features, blocking_keys
from vinloop.customers.matching.levels import COMPARISONS, Comparison, Level
from vinloop.customers.matching.model import MOST_AT_KEY, WORN, Model, Weight
from vinloop.customers.matching.worn import without

_FEWEST_SAMPLED, _MOST_SAMPLED = 1e6, 1e7
_ENOUGH_RECORDS = 1_000
_TRAIN_ON = ("phone", "whole_name", "vin", "birth")
_KNOWN_SAME = ("id_digest", "email", "vin", "birth", "phone")
_RECALL = 0.6
_LEAST_OF_START = 0.5
_COMMON_NAMES = 20_000
_PIECE = 20_000
_SEED = 11
_TEXT = (
    "name", "whole_name", "sound", "gender", "birth", "phone", "email", "id_digest", "id_ends", "vin", "vin_tail",
    "plate", "county", "city", "street", "house", "estate", "door", "postcode", "latin_street",
)  # fmt: skip
_LISTS = ("words", "phones", "id_near")
_SCHEMA = pa.schema(
    [
        ("unique_id", pa.int64()),
        *((name, pa.string()) for name in _TEXT),
        *((name, pa.list_(pa.string())) for name in _LISTS),
        ("keys", pa.list_(pa.int64())),
        ("is_han", pa.bool_()),
        ("is_bare", pa.bool_()),
        ("word_count", pa.int32()),
    ]
)
_OVERLAP = re.compile(r"\{overlap:(\w+)\}")


class Engine(Protocol):
    """Where the SQL runs: ``overlap`` is its function for arrays with a common element."""

    overlap: str

    def register(self, table: pa.Table) -> Any:
        """The table as Splink takes it."""
        ...

    def rows(self, table: Any) -> Iterable[tuple[float, int, int]]:
        """Probability and the two record ids of each row of a Splink result."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """Records as a table, and what was left out: worn numbers and crowded keys."""

    table: pa.Table
    worn: frozenset[str]
    crowded: frozenset[int]


def prepare(records: Sequence[Features]) -> Prepared:
    """The table the engines read; numbers worn out by use and keys too crowded to tell are taken out."""
    counts = Counter(phone for record in records for phone in record.phones or ())
    worn = frozenset(phone for phone, count in counts.items() if count > WORN)
    keys = [blocking_keys(without(record, worn)) for record in records]
    crowd = Counter(key for own in keys for key in own)
    rows = (
        _row(without(record, worn), [key for key in own if 1 < crowd[key] <= MOST_AT_KEY])
        for record, own in zip(records, keys, strict=True)
    )
    crowded = frozenset(key for key, count in crowd.items() if count > MOST_AT_KEY)
    return Prepared(_table(rows), worn, crowded)


def _table(rows: Iterator[dict[str, Any]]) -> pa.Table:
    """Made piece by piece: a million rows as dictionaries take more memory than all that follows."""
    pieces = []
    while piece := list(islice(rows, _PIECE)):
        pieces.append(pa.RecordBatch.from_pylist(piece, schema=_SCHEMA))
    return pa.Table.from_batches(pieces, schema=_SCHEMA)


def train(engine: Engine, prepared: Prepared, start: Model) -> Model:
    """A model trained without labels: ``u`` from random pairs, ``m`` by expectation maximisation, λ from sure pairs.

    What the data is too thin to show keeps the weights of ``start``; ``m`` is the mean of both, so that no odd batch
    of records turns the judgement over. Fewer than a thousand records train nothing.
    """
    if prepared.table.num_rows < _ENOUGH_RECORDS:
        return with_frequencies(start, prepared)
    linker = _linker(engine, prepared, start)
    present = [name for name in _TRAIN_ON if _filled(prepared.table, name)]
    sure: list[str | BlockingRuleCreator] = [
        block_on("whole_name", name) for name in _KNOWN_SAME if _filled(prepared.table, name)
    ]
    if sure:
        linker.training.estimate_probability_two_random_records_match(sure, recall=_RECALL)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=min(max(_FEWEST_SAMPLED, 10.0 * prepared.table.num_rows), _MOST_SAMPLED), seed=_SEED
    )
    for name in present:
        _estimate(linker, name)
    return with_frequencies(_trained(linker, start, prepared.table.num_rows), prepared)


def predict(engine: Engine, prepared: Prepared, model: Model) -> Iterator[Pair]:
    """Every pair that meets at a key and reaches the review threshold."""
    linker = _linker(engine, prepared, model)
    found = linker.inference.predict(threshold_match_probability=model.review)
    for probability, one, two in engine.rows(found):
        yield Pair(probability, one, two)


def with_frequencies(model: Model, prepared: Prepared) -> Model:
    """The model with how common names are among these records, for scoring in this process."""
    frequencies, rare = {}, {}
    for column in ("whole_name", "sound"):
        counts = Counter(value for value in prepared.table[column].to_pylist() if value)
        total = sum(counts.values())
        if total:
            frequencies[column] = {name: n / total for name, n in counts.most_common(_COMMON_NAMES) if n > 1}
            rare[column] = 1 / total
    return msgspec.structs.replace(
        model, frequencies=frequencies, rare=rare, worn=prepared.worn, crowded=prepared.crowded
    )


def _filled(table: pa.Table, name: str) -> bool:
    return bool(table.num_rows - table[name].null_count >= _ENOUGH_RECORDS // 5)


def _linker(engine: Engine, prepared: Prepared, model: Model) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(engine, each, model) for each in COMPARISONS],
        blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
        probability_two_random_records_match=model.match_rate,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    return Linker(engine.register(prepared.table), settings, log_level=logging.ERROR)


def _estimate(linker: Linker, name: str) -> None:
    from splink.internals.exceptions import EMTrainingException

    try:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(name), fix_u_probabilities=True)
    except (EMTrainingException, ValueError):
        return  # no two records share a value here, or a weight went below what a float holds: nothing to learn


def _trained(linker: Linker, start: Model, count: int) -> Model:
    rate = linker._settings_obj._probability_two_random_records_match
    least = 1 / count
    weights: dict[str, dict[str, Weight]] = {}
    for comparison, own in zip(COMPARISONS, linker._settings_obj.comparisons, strict=True):
        levels = [level for level in own.comparison_levels if not level.is_null_level]
        weights[comparison.code] = {
            level.code: _blend(start.weights[comparison.code][level.code], found, rate, least)
            for level, found in zip(comparison.levels, levels, strict=True)
        }
    return msgspec.structs.replace(start, weights=weights, match_rate=rate)


def _blend(start: Weight, found: Any, rate: float, least: float) -> Weight:
    """Random pairs hold a few true ones: their part, λ·m, is taken out of ``u``, which stays above ``least``."""
    trained = found._m_probability if found._trained_m_probabilities else None
    m = start.m if trained is None else (start.m + trained) / 2
    seen = found._u_probability if isinstance(found._u_probability, float) else start.u
    return Weight(m, max((seen - rate * m) / (1 - rate), min(least, start.u * _LEAST_OF_START)))


def _comparison(engine: Engine, comparison: Comparison, model: Model) -> dict[str, Any]:
    missing = {"sql_condition": comparison.missing_sql, "label_for_charts": "missing", "is_null_level": True}
    weights = model.weights[comparison.code]
    levels = [_level(engine, level, weights[level.code]) for level in comparison.levels]
    return {"output_column_name": comparison.code, "comparison_levels": [missing, *levels]}


def _level(engine: Engine, level: Level, weight: Weight) -> dict[str, Any]:
    sql = _OVERLAP.sub(lambda found: f"{engine.overlap}({found[1]}_l, {found[1]}_r)", level.sql)
    made: dict[str, Any] = {
        "sql_condition": sql,
        "label_for_charts": level.code,
        "m_probability": weight.m,
        "u_probability": weight.u,
    }
    if level.tf:
        made |= {"tf_adjustment_column": level.tf, "tf_adjustment_weight": 1.0}
    return made


def _row(record: Features, keys: list[int]) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in _TEXT if name != "phone"}
    row |= {name: list(value) if (value := getattr(record, name)) else None for name in _LISTS}
    return row | {
        "unique_id": record.id,
        "phone": record.phones[0] if record.phones else None,
        "keys": keys,
        "is_han": record.is_han,
        "is_bare": record.is_bare,
        "word_count": len(record.words or ()),
    }
