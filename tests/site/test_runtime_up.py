"""`vinloop up` with real processes: outlives its children's deaths, stops cleanly, leaves nothing behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from tests.site.runtime_processes import Installation, kill, until

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    here = Installation(tmp_path_factory.mktemp("up") / "home")
    assert here.run("migrate").returncode == 0
    yield here
    until(here.gone, "the end of every process")


def _web(up: psutil.Process) -> psutil.Process:
    return next(child for child in up.children() if child.cmdline()[-1:] == ["web"])


def test_dead_children_are_replaced_and_a_signal_stops_all(installation: Installation) -> None:
    with installation.up() as up:
        first = _web(up)
        orphan = first.children()[0]
        kill(first)
        until(lambda: not orphan.is_running(), "the orphaned worker's end")
        until(lambda: _web(up).pid != first.pid and installation.answers(), "a new web server")

        worker = until(lambda: _web(up).children(), "its worker")[0]
        kill(worker)
        until(lambda: not worker.is_running() and installation.answers(), "a new worker")

        number = int((installation.home / "postgres/postmaster.pid").read_text().split()[0])
        kill(psutil.Process(number))
        until(lambda: installation.run("migrate", "--quiet").returncode == 0, "the database")

        up.send_signal(signal.SIGINT)
        assert up.wait(12) == 0
    assert installation.gone()


def test_of_two_started_together_on_one_port_one_runs(installation: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path / "other")
    other.port, other.environment["VINLOOP_PORT"] = installation.port, str(installation.port)
    both = {each: each.start("up") for each in (installation, other)}
    try:
        until(lambda: any(process.poll() is not None for process in both.values()), "the refusal")
        ended = [each for each, process in both.items() if process.poll() is not None]
        (running,) = set(both) - set(ended)
        assert both[ended[0]].returncode == 1
        assert f"cannot listen on 127.0.0.1:{installation.port}" in ended[0].log.read_text()
        until(lambda: running.answers() or both[running].poll() is not None, "the web server")
        both[running].send_signal(signal.SIGINT)
        assert both[running].wait(12) == 0
        until(lambda: running.gone() and ended[0].gone(), "the end of every process")
    finally:
        for process in both.values():
            with suppress(psutil.NoSuchProcess):
                process.kill()


def test_a_killed_supervisor_leaves_nothing(installation: Installation) -> None:
    with installation.up() as up:
        kill(up)
    until(installation.gone, "the end of children and database", 20)


def test_a_second_one_is_refused_and_commands_share_the_database(installation: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path / "other")
    with installation.up() as up:
        again = installation.run("up")
        assert again.returncode == 1
        assert f"already running from {installation.home}" in again.stderr

        refused = other.run("up", VINLOOP_PORT=str(installation.port))
        assert refused.returncode == 1
        assert f"cannot listen on 127.0.0.1:{installation.port}" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert not (other.home / "postgres").exists()

        assert installation.run("manage", "check").returncode == 0
        assert installation.answers()
        up.send_signal(signal.SIGTERM)
        assert up.wait(12) == 0
    assert installation.gone()
