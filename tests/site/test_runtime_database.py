"""The embedded server and the role: found again after any death, and never above row-level security."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.databases import database_server
from tests.site.runtime_processes import Installation, kill, until

from vinloop.kernel.db.base import APP_ROLE as BACKENDS_ROLE
from vinloop.site.runtime.config import config
from vinloop.site.runtime.database import APP_ROLE, DatabaseNotUsableError, connect, prepare_database
from vinloop.site.runtime.embedded import embedded_server
from vinloop.site.runtime.guardian import locks_of
from vinloop.site.runtime.locks import FileLock, is_taken
from vinloop.site.runtime.paths import data_directory, embedded_database_url, socket_directory
from vinloop.site.runtime.tuning import server_settings

URL = "postgresql://someone:hunter2@127.0.0.1:1/nowhere"


@pytest.fixture(scope="module")
def fresh_url() -> Iterator[str]:
    """The address of a database that does not exist yet."""
    with database_server():
        url = config().effective_database_url
        name = f"test_vinloop_prepare_{os.getpid()}"
        yield make_conninfo(url, dbname=name)
        with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name}")


def test_both_places_name_the_same_role() -> None:
    assert BACKENDS_ROLE == APP_ROLE


def test_prepare_makes_database_and_bound_role(fresh_url: str) -> None:
    first = prepare_database(fresh_url)
    assert prepare_database(fresh_url) == first, "it may be run again"
    with connect(fresh_url) as connection:
        above = connection.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = %s", [APP_ROLE]
        ).fetchone()
        assert above == (False,)
        connection.execute(f"SET ROLE {APP_ROLE}")
        connection.execute("CREATE TABLE mine (id int)")
        connection.execute("ALTER TABLE mine ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        connection.execute("INSERT INTO mine SELECT 1 WHERE false")
        assert connection.execute("SELECT row_security_active('mine')").fetchone() == (True,)
        connection.execute("DROP TABLE mine")


def test_an_unreachable_database_is_explained_without_password() -> None:
    with pytest.raises(DatabaseNotUsableError, match=r"nowhere on 127\.0\.0\.1:1") as caught:
        prepare_database(URL)
    assert "hunter2" not in str(caught.value)


def test_locks_end_with_their_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FileLock(path) as one, FileLock(path) as two:
        assert one.try_shared()
        assert two.try_shared()
        assert not one.try_exclusive()
        two.release()
        assert one.try_exclusive()
        assert is_taken(path)
    assert not is_taken(path)


@pytest.mark.parametrize("mib", [512, 2048, 262_144])
def test_settings_fit_the_memory(mib: int) -> None:
    settings = server_settings(mib * 1024 * 1024)
    assert 128 <= int(settings["shared_buffers"].removesuffix("MB")) <= max(128, min(mib // 4, 2048))


@pytest.mark.process
def test_embedded_server_lives_as_long_as_its_users(tmp_path: Path) -> None:
    home = tmp_path / ("a-folder-with-a-long-name-" * 5)
    with embedded_server(home, durable=False):
        assert socket_directory(home).stat().st_mode & 0o077 == 0
        with embedded_server(home, durable=False), psycopg.connect(embedded_database_url(home, "postgres")) as db:
            assert db.execute("SHOW fsync").fetchone() == ("off",)
        with psycopg.connect(embedded_database_url(home, "postgres")) as db:
            assert db.execute("SELECT 1").fetchone() == (1,), "one of two users left"
    assert not (data_directory(home) / "postmaster.pid").exists()
    assert not socket_directory(home).exists()
    assert not is_taken(locks_of(home).guardian.path)


@pytest.mark.process
def test_remains_of_a_crash_do_not_stop_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with embedded_server(home, durable=False):
        pass
    # As after a reboot: the recorded number now belongs to somebody else, and the socket file is a leftover.
    stale = f"{os.getpid()}\n{data_directory(home)}\n1\n5432\n{socket_directory(home)}\n\n\nready\n"
    (data_directory(home) / "postmaster.pid").write_text(stale)
    socket_directory(home).mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as leftover:
        leftover.bind(str(socket_directory(home) / ".s.PGSQL.5432"))
    with (
        embedded_server(home, durable=False),
        psycopg.connect(embedded_database_url(home, "postgres")) as db,
    ):
        assert db.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.process
def test_a_killed_guardian_is_succeeded(tmp_path: Path) -> None:
    here = Installation(tmp_path / "home")
    with embedded_server(here.home, durable=False):
        guardian = next(p for p in here.processes() if "vinloop.site.runtime.guardian" in p.cmdline())
        kill(guardian)
        until(lambda: not is_taken(locks_of(here.home).guardian.path), "the guardian's end")
        with embedded_server(here.home, durable=False):
            assert is_taken(locks_of(here.home).guardian.path)
    until(here.gone, "the end of the server that was taken over")


@pytest.mark.process
def test_a_guardian_ignores_the_terminal(tmp_path: Path) -> None:
    here = Installation(tmp_path / "home")
    with embedded_server(here.home, durable=False):
        guardian = next(p for p in here.processes() if "vinloop.site.runtime.guardian" in p.cmdline())
        guardian.send_signal(signal.SIGINT)
        assert os.getsid(guardian.pid) == guardian.pid
        with psycopg.connect(embedded_database_url(here.home, "postgres")) as db:
            assert db.execute("SELECT 1").fetchone() == (1,)
        assert isinstance(guardian, psutil.Process)
