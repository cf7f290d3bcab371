"""What a process loads before it does anything."""

from __future__ import annotations

import os
import subprocess
import sys

_ASKED = """
import django, sys
django.setup()
sys.exit(" ".join({"splink", "duckdb", "pyarrow"} & sys.modules.keys()) or 0)
"""


def test_only_a_full_run_loads_the_engines() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "vinloop.site.settings"}
    done = subprocess.run([sys.executable, "-c", _ASKED], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")
