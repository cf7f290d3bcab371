"""How well and how fast the product finds out who is who: through import, resolve and links, each time on a new base.

``owners`` and ``febrl`` need the sample data (``VINLOOP_SAMPLE_DATA`` names its folder) and are skipped without it;
``people`` are made up here (``benchmarks.people``), several seeds and degrees of noise, so that nobody can have fitted
the settings to them.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from benchmarks.people import write_files
from benchmarks.scores import Scores, scores

SAMPLES = "VINLOOP_SAMPLE_DATA"
MADE_UP = ((11, 1.0), (23, 1.0), (37, 0.5), (41, 1.5))
MADE_UP_RECORDS = 10_000
NEW_ROWS = 1_000
EVERYTHING = 10**9
_TEMPLATE = "identity_template"


@dataclass(frozen=True, slots=True)
class Sample:
    """A file with the truth: key of the record → entity; ``part`` is the column whose values are told apart."""

    source: str
    file: Path
    truth: Mapping[str, str]
    part: str = ""


def owners(port: int, rows: int, runs: int) -> dict[str, Any]:
    """The owners of ``owners/`` in the sample data."""
    folder = _samples("owners")
    if folder is None:
        return _skipped()
    found = quality([Sample("owners", folder / "records.csv", read_truth(folder / "truth.csv"), "source")])["owners"]
    is_met = found.f1 >= 0.95 and found.precision >= 0.98 and found.largest <= 15
    return {"goal": "F1 >= 0.95, precision >= 0.98, largest <= 15", **found.as_json(), "is_met": is_met}


def growing(port: int, rows: int, runs: int) -> dict[str, Any]:
    """The owners again, the last eighth coming later and resolved with the weights of the run before."""
    folder = _samples("owners")
    if folder is None:
        return _skipped()
    truth = read_truth(folder / "truth.csv")
    sample = Sample("owners", folder / "records.csv", truth, "source")
    found = quality([sample], later=len(truth) // 8)["owners"]
    is_met = found.f1 >= 0.95 and found.precision >= 0.98 and found.largest <= 15
    return {"goal": "F1 >= 0.95, precision >= 0.98, largest <= 15", **found.as_json(), "is_met": is_met}


def febrl(port: int, rows: int, runs: int) -> dict[str, Any]:
    """FEBRL 1 and 2: the number within ``rec_id`` is the truth."""
    folder = _samples("people")
    if folder is None:
        return _skipped()
    found: dict[str, Scores] = {}
    for number in (1, 2):
        path = folder / f"dataset{number}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            keys = [row["rec_id"] for row in csv.DictReader(file)]
        sample = Sample(f"febrl{number}", path, {key: key.split("-")[1] for key in keys})
        found |= quality([sample])
    return {
        "goal": "F1 >= 0.99",
        **{name: each.as_json() for name, each in found.items()},
        "is_met": all(each.f1 >= 0.99 for each in found.values()),
    }


def people(port: int, rows: int, runs: int) -> dict[str, Any]:
    """Made-up dealers' records, by seed and noise."""
    found: dict[str, Scores] = {}
    for seed, noise in MADE_UP:
        with tempfile.TemporaryDirectory() as folder:
            data, truth = write_files(Path(folder), seed=seed, count=MADE_UP_RECORDS, noise=noise)
            name = f"seed {seed}, noise {noise}"
            found[name] = quality([Sample("people", data, read_truth(truth), "门店")])["people"]
    return {
        "goal": "F1 >= 0.94, largest <= 15",
        **{name: each.as_json() for name, each in found.items()},
        "is_met": all(each.f1 >= 0.94 and each.largest <= 15 for each in found.values()),
    }


def speed_of(count: int, most_seconds: float, most_mib: int) -> Callable[[int, int, int], dict[str, Any]]:
    """The figure for so many records: import, resolve, the next thousand, and on-line matching."""

    def figure(port: int, rows: int, runs: int) -> dict[str, Any]:
        found = speed(count)
        goals = (
            found["resolve"]["seconds"] <= most_seconds,
            found["resolve"]["peak_mib"] <= most_mib,
            found["next_rows"]["seconds"] <= 30,
            found["online"]["ms_p95"] <= 30,
            found["import"]["rows_per_second"] >= 3_000,
        )
        most = f"<= {most_seconds:.0f} s and {most_mib / 1024:.0f} GiB"
        goal = f"{most}, 1,000 more in <= 30 s, on-line p95 <= 30 ms, >= 3,000 rows/s"
        return {"goal": goal, **found, "is_met": all(goals)}

    return figure


def speed(count: int) -> dict[str, Any]:
    """Time and memory of every step over ``count`` made-up records."""
    with tempfile.TemporaryDirectory() as name, fresh_database() as base:
        _run(os.environ, "-m", "benchmarks.people", "--records", count + NEW_ROWS, "--out", name)
        file, skip = str(Path(name) / "records.csv"), str(count)
        found = {
            "records": count,
            "import": base("import", "people", file, "0", skip),
            "resolve": base("resolve", "1"),
            "online": base("online", file, skip),
        }
        base("import", "people", file, skip, str(NEW_ROWS))
        return found | {"next_rows": base("resolve", "0")}


def quality(samples: list[Sample], *, later: int = 0) -> dict[str, Scores]:
    """Import the samples into one new base, resolve it in full, and hold the links against the truth.

    So many of a sample's last records come ``later``: after the full run, for an incremental one.
    """
    with tempfile.TemporaryDirectory() as folder, fresh_database() as base:
        for sample in samples:
            base(
                "import", sample.source, str(sample.file), "0", str(len(sample.truth) - later if later else EVERYTHING)
            )
        base("resolve", "1")
        if later:
            for sample in samples:
                base("import", sample.source, str(sample.file), str(len(sample.truth) - later), str(EVERYTHING))
            base("resolve", "0")
        file = Path(folder) / "links.csv"
        base("links", str(file))
        linked = _links(file)
        return {sample.source: _scored(sample, linked[sample.source]) for sample in samples}


def read_truth(path: Path) -> dict[str, str]:
    """``record_id,entity_id`` as a mapping."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row["record_id"]: row["entity_id"] for row in csv.DictReader(file)}


Steps = Callable[..., dict[str, Any]]


@contextmanager
def fresh_database() -> Iterator[Steps]:
    """A function that runs steps on a database of its own, which is dropped afterwards."""
    _ensure_template()
    name = f"identity_{os.getpid()}"
    _administer("DROP DATABASE IF EXISTS {}", name)
    _administer("CREATE DATABASE {} TEMPLATE {}", name, _TEMPLATE)
    environment = os.environ | {"DATABASE_URL": _url(name)}

    def step(*words: str) -> dict[str, Any]:
        return _run(environment, "-m", "benchmarks.identity_run", *words)

    try:
        yield step
    finally:
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _ensure_template() -> None:
    """Migrated anew in every process: the tables may have changed since the last one."""
    if _ready:
        return
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _TEMPLATE)
    _run(os.environ | {"DATABASE_URL": _url(_TEMPLATE)}, "-m", "benchmarks.identity_run", "prepare")
    _ready.append(True)


_ready: list[bool] = []


def _administer(statement: LiteralString, *names: str) -> None:
    with psycopg.connect(_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _url(name: str) -> str:
    from vinloop.site.runtime.paths import embedded_database_url

    return embedded_database_url(Path(os.environ["VINLOOP_HOME"]), name)


def _run(environment: Mapping[str, str], *words: object) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, *map(str, words)], env=dict(environment), stdout=subprocess.PIPE, text=True, check=True
    )
    last = done.stdout.strip().splitlines()[-1]
    return dict(json.loads(last)) if last.startswith("{") else {}


def _links(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["source"], {})[row["source_key"]] = row["customer_ref"]
    return found


def _scored(sample: Sample, linked: Mapping[str, str]) -> Scores:
    parts: dict[str, str] = {}
    if sample.part:
        with sample.file.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            key = (reader.fieldnames or ["key"])[0]
            parts = {row[key]: row[sample.part] for row in reader}
    return scores(sample.truth, linked, parts)


def _samples(name: str) -> Path | None:
    folder = os.environ.get(SAMPLES)
    return Path(folder) / name if folder and (Path(folder) / name).is_dir() else None


def _skipped() -> dict[str, Any]:
    return {"skipped": f"{SAMPLES} does not name a folder of sample data"}
