"""``python -m benchmarks [--rows N] [--runs N] [--only NAME …]``: prints one JSON document."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PORT = 18730


def main() -> int:
    """Prepare, measure, print."""
    options = _options()
    home = Path(os.environ.get("VINLOOP_BENCH_HOME") or Path(tempfile.gettempdir()) / f"vinloop-bench-{options.rows}")
    os.environ |= {
        "VINLOOP_HOME": str(home),
        "VINLOOP_PORT": str(PORT),
        "VINLOOP_SMTP_PORT": "0",
        "VINLOOP_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "VINLOOP_WEB_WORKERS": os.environ.get("VINLOOP_WEB_WORKERS", "1"),
    }
    os.environ.pop("DATABASE_URL", None)
    from vinloop.site.runtime.embedded import embedded_server

    with embedded_server(home):
        built, found = _measured(options)
    print(json.dumps({"machine": _machine(), "rows": options.rows, "built_seconds": built, "figures": found}, indent=2))
    return 0 if all(each.get("is_met", True) for each in found.values()) else 1


def _measured(options: argparse.Namespace) -> tuple[float | None, dict[str, dict[str, Any]]]:
    """How long building the data took, and the figures. Figures with data of their own wait for nothing."""
    import django

    django.setup()
    from benchmarks import figures
    from benchmarks.prepare import ensure_data

    if not figures.need_server(options.only):
        return None, figures.measure(port=PORT, rows=options.rows, runs=options.runs, only=options.only)
    built = ensure_data(options.rows)
    with _server():
        return built, figures.measure(port=PORT, rows=options.rows, runs=options.runs, only=options.only)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="customers, and as many leads")
    parser.add_argument("--runs", type=int, default=5, help="runs the medians are taken of")
    parser.add_argument("--only", nargs="*", default=[], help="names of figures, or how they begin")
    return parser.parse_args()


@contextmanager
def _server() -> Iterator[None]:
    """The web process as an installation runs it."""
    process = subprocess.Popen([sys.executable, "-m", "vinloop.site.cli", "web"], stdout=sys.stderr)
    try:
        _wait()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait() -> None:
    from benchmarks.client import Browser

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if Browser(PORT).ask("GET", "/bench/bare-key/")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the web process did not come up")


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": memory,
        "python": platform.python_version(),
        "system": platform.system(),
    }


if __name__ == "__main__":
    sys.exit(main())
