"""The model on Spark in local mode gives the pairs DuckDB gives. Spark is an extra, so the test installs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PYSPARK = "pyspark==4.0.5"
_SCRIPT = """
import json, sys
from tests.customers.spark_pairs import compared
print("RESULT " + json.dumps(compared()))
"""


@pytest.mark.process
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17, which this machine does not have")
def test_spark_finds_the_pairs_duckdb_finds(tmp_path: Path) -> None:
    spark = tmp_path / "spark"
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", spark, PYSPARK], check=True)
    path = os.pathsep.join([*(each for each in sys.path if each), str(spark)])
    answer = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        env={**os.environ, "PYTHONPATH": path, "SPARK_LOCAL_IP": "127.0.0.1"},
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    line = next(each for each in answer.stdout.splitlines() if each.startswith("RESULT "))
    result = json.loads(line.removeprefix("RESULT "))
    assert result["pairs"] > 100
    assert result["only_on_one"] == 0
    assert result["largest_difference"] < 1e-6
