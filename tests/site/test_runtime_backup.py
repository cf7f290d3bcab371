"""A backup brings everything back, and a bad one changes nothing."""

from __future__ import annotations

import json
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.site.runtime_processes import Installation, until

from vinloop.site.runtime.embedded import embedded_server
from vinloop.site.runtime.paths import embedded_database_url

pytestmark = pytest.mark.process


def _ask(here: Installation, statement: str) -> list[tuple[object, ...]]:
    with embedded_server(here.home), psycopg.connect(embedded_database_url(here.home)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    here = Installation(tmp_path_factory.mktemp("backup") / "home")
    assert here.run("migrate").returncode == 0
    _ask(
        here,
        "CREATE TABLE kept (id int, word text); INSERT INTO kept VALUES (1, '闭环');"
        "ALTER TABLE kept OWNER TO vinloop_app",
    )
    (here.home / "files" / "a").mkdir(parents=True)
    (here.home / "files" / "a" / "牌照.pdf").write_bytes(b"%PDF")
    yield here
    until(here.gone, "the end of every process")


@pytest.fixture(scope="module")
def backup(original: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "vinloop.tar"
    result = original.run("backup", str(target))
    assert result.returncode == 0, result.stderr
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == [target.name], "no drafts are left"
    return target


def test_restored_elsewhere_it_is_the_same(original: Installation, backup: Path, tmp_path: Path) -> None:
    other = Installation(tmp_path / "other")
    result = other.run("restore", str(backup))
    assert result.returncode == 0, result.stderr
    assert _ask(other, "SELECT * FROM kept") == [(1, "闭环")]
    assert _ask(other, "SELECT tableowner FROM pg_tables WHERE tablename = 'kept'") == [("vinloop_app",)]
    count = "SELECT count(*) FROM django_migrations"
    assert _ask(other, count) == _ask(original, count)
    assert (other.home / "files/a/牌照.pdf").read_bytes() == b"%PDF"
    assert (other.home / "secret_key").read_text() == (original.home / "secret_key").read_text()

    report = json.loads(other.run("doctor", "--json").stdout)
    assert {f["subject"]: f["level"] for f in report}["row security"] == "OK"

    again = other.run("restore", str(backup))
    assert again.returncode == 1
    assert "not empty" in again.stderr

    _ask(other, "DELETE FROM kept")
    forced = other.run("restore", str(backup), "--force")
    assert forced.returncode == 0, forced.stderr
    assert _ask(other, "SELECT * FROM kept") == [(1, "闭环")]


def test_a_cut_backup_changes_nothing(original: Installation, backup: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    cut.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    result = original.run("restore", str(cut), "--force")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert _ask(original, "SELECT * FROM kept") == [(1, "闭环")]
    assert (original.home / "files/a/牌照.pdf").exists()
    assert not list(original.home.glob(".restore-*"))


def test_a_broken_dump_changes_nothing(original: Installation, backup: Path, tmp_path: Path) -> None:
    broken, parts = tmp_path / "broken.tar", tmp_path / "parts"
    with tarfile.open(backup) as source:
        source.extractall(parts, filter="data")
    dump = bytearray((parts / "database.dump").read_bytes())
    dump[-2000:] = bytes(2000)
    (parts / "database.dump").write_bytes(dump)
    with tarfile.open(broken, "w") as target:
        for path in sorted(parts.iterdir()):
            target.add(path, path.name)
    result = original.run("restore", str(broken), "--force")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert _ask(original, "SELECT * FROM kept") == [(1, "闭环")]


def test_any_other_file_is_refused(original: Installation, tmp_path: Path) -> None:
    other = tmp_path / "holiday.tar"
    with tarfile.open(other, "w"):
        pass
    result = original.run("restore", str(other), "--force")
    assert result.returncode == 1
    assert "not a backup of Vinloop" in result.stderr
