"""Customer files from the command line: told from leads, taken in chunks, safe to repeat, nothing half-done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from tests.connectors.doors import Doors, leads, make_doors

from vinloop.connectors.imports import ImportResult, import_any
from vinloop.connectors.tabular.records import command
from vinloop.connectors.tabular.records.command import RecordsResult
from vinloop.customers.actions.receive import receive_records
from vinloop.customers.models import ImportRun, Source, SourceRecord, SourceVersion
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.refusals import Refused
from vinloop.leads.models import LeadSource

pytestmark = pytest.mark.django_db
HEAD = "客户编号,姓名,手机号码,身份证号,地址,车牌"
ROWS = [
    "C1,王小明,13800138001,,上海市浦东新区张江路1号,",
    "C2,李婷,1.38E+10,,,",
    "C3,张伟,13800138003,310101199003077758,,沪A12345",
]


@pytest.fixture
def doors() -> Doors:
    made = make_doors()
    LeadSource.objects.create(code="fair", name="车展", name_en="Fair")
    return made


def write(folder: Path, *rows: str, head: str = HEAD, name: str = "dms.csv", encoding: str = "gb18030") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([head, *rows]).encode(encoding))
    return path


def phones(key: str) -> list[str]:
    """What was understood of a record's telephone numbers."""
    return list((records()[key].standard or {})["phones"])


def records() -> dict[str, SourceRecord]:
    with acting(system_actor()):
        return {each.key: each for each in SourceRecord.objects.all()}


def take(path: Path, source: str = "dms-1", **options: Any) -> RecordsResult:
    done = import_any(path=path, source=source, **options)
    assert isinstance(done, RecordsResult)
    return done


def counts(done: RecordsResult) -> tuple[int, int, int, int, int]:
    return done.added, done.changed, done.unchanged, done.refused, done.flagged


def test_an_unknown_name_becomes_a_source_of_headquarters(doors: Doors, tmp_path: Path) -> None:
    assert counts(take(write(tmp_path, *ROWS))) == (3, 0, 0, 0, 2)
    with acting(system_actor()):
        source = Source.objects.get(code="dms-1")
        run = ImportRun.objects.get()
    assert source.owner_id == doors.network.root.pk
    assert source.mapping["手机号码"] == "phone"
    assert (run.state, run.added, run.rows_done, run.rows_total) == ("done", 3, 3, 3)
    assert run.flags == {"phone:scientific": 1, "id_number:check_digit": 1}
    assert phones("C1") == ["+8613800138001"]
    assert "310101199003077758" not in str(records()["C3"].payload)


def test_again_changes_nothing_and_a_change_keeps_what_was(doors: Doors, tmp_path: Path) -> None:
    take(write(tmp_path, *ROWS))
    assert counts(take(write(tmp_path, *ROWS))) == (0, 0, 3, 0, 0)
    assert counts(take(write(tmp_path, ROWS[0].replace("8001", "8009"), *ROWS[1:]))) == (0, 1, 2, 0, 0)
    assert len(records()) == 3
    with acting(system_actor()):
        assert "8001" in str(SourceVersion.objects.get().payload)


def test_a_corrected_mapping_reads_the_same_rows_again(doors: Doors, tmp_path: Path) -> None:
    path = write(tmp_path, "C1,王小明,13800138001", head="编号,姓名,联络")
    take(path)
    assert counts(take(path, mapping="key=编号,name=姓名,phone=联络")) == (0, 1, 0, 0, 0)
    assert phones("C1") == ["+8613800138001"]


def test_a_dry_run_keeps_nothing(doors: Doors, tmp_path: Path) -> None:
    assert counts(take(write(tmp_path, *ROWS), dry_run=True)) == (3, 0, 0, 0, 2)
    assert records() == {}
    with acting(system_actor()):
        assert not Source.objects.exists()
        assert not ImportRun.objects.exists()


def test_refused_rows_come_back_with_their_reason(doors: Doors, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    done = take(write(tmp_path, *ROWS, "C4,,,,杭州市,", "1.2E+17,王五,13800138005,,,"), errors=errors)
    assert counts(done) == (3, 0, 0, 2, 2)
    said = errors.read_text("utf-8-sig").splitlines()
    assert len(said) == 3
    assert said[1].startswith("C4,")
    assert said[1].endswith(",5")


def test_interrupted_it_goes_on(doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, *(f"C{n},王小明,138{n:08d},,," for n in range(2500)))
    taken = iter(range(2))

    def dies(**given: Any) -> object:
        if next(taken, None) is None:
            raise KeyboardInterrupt
        return receive_records(**given)

    monkeypatch.setattr("vinloop.customers.actions.runs.receive_records", dies)
    with pytest.raises(KeyboardInterrupt):
        take(path)
    assert len(records()) == 2000
    with acting(system_actor()):
        assert ImportRun.objects.get().state == "failed"
    monkeypatch.undo()
    assert counts(take(path))[:3] == (500, 0, 2000)


def test_stopped_by_somebody_else_the_command_ends(
    doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_stopped(**given: Any) -> object:
        ImportRun.objects.update(state="failed", problem="by_hand")
        return receive_records(**given)

    monkeypatch.setattr("vinloop.customers.actions.runs.receive_records", is_stopped)
    with pytest.raises(Refused, match="停止"):
        take(write(tmp_path, *(f"C{n},王小明,138{n:08d},,," for n in range(2500))))
    assert len(records()) == 1000
    with acting(system_actor()):
        run = ImportRun.objects.get()
    assert (run.state, run.problem, run.rows_done) == ("failed", "by_hand", 1000)


def test_a_killed_run_is_ended_by_the_next(doors: Doors, tmp_path: Path) -> None:
    take(write(tmp_path, *ROWS))
    with acting(system_actor()):
        ImportRun.objects.update(state="running", ended_at=None)
    take(write(tmp_path, *ROWS))
    with acting(system_actor()):
        ended = list(ImportRun.objects.order_by("pk").values_list("state", "problem"))
    assert ended == [("failed", "interrupted"), ("done", "")]


def test_what_a_file_holds_is_told_by_its_source_and_columns(doors: Doors, tmp_path: Path) -> None:
    lead_rows = ("A1,王小明,13800138001,曙光 S",)
    lead_head = "编号,姓名,手机,意向车型"
    assert isinstance(import_any(path=write(tmp_path, *lead_rows, head=lead_head), source="new"), ImportResult)
    with pytest.raises(Refused):  # a lead needs a car
        import_any(path=write(tmp_path, *ROWS), source="fair", dry_run=True)
    assert len(leads()) == 1
    assert isinstance(import_any(path=write(tmp_path, *ROWS), source="new", kind="customers"), RecordsResult)
    assert isinstance(import_any(path=write(tmp_path, *lead_rows, head=lead_head), source="new"), RecordsResult)
    with pytest.raises(ValueError, match="--source"):
        import_any(path=write(tmp_path, *ROWS), kind="customers")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"a,b\n1,\x00\n", "NUL"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"<html><table><tr><td>1</td></tr></table>", "holds no table"),
        (b"a,b\n1,2\n", "No column"),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n1\n").encode(), "columns"),
        ('编号,姓名\n1,王小明\n2,"李'.encode(), "quotation"),
    ],
)
def test_a_bad_file_ends_in_words_and_leaves_nothing(doors: Doors, tmp_path: Path, body: bytes, why: str) -> None:
    path = tmp_path / "bad.xls"
    path.write_bytes(body)
    with translation.override("en"):
        with pytest.raises((ValueError, Refused)) as refusal:
            take(path)
        assert why in str(refusal.value)
    with acting(system_actor()):
        assert not SourceRecord.objects.exists()
        assert not Source.objects.exists()


def test_a_mapping_is_read_in_every_dress(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    wanted = {"编号": "key", "手机": "phone", "电话": "phone"}
    file.write_text('{"key": "编号", "phone": ["手机", "电话"]}', "utf-8")
    assert command.read_mapping(str(file)) == wanted
    file.write_text('{"编号": "key", "手机": "phone", "电话": "phone"}', "utf-8")
    assert command.read_mapping(str(file)) == wanted
    assert command.read_mapping("key=编号,phone=手机,phone=电话") == wanted
    with pytest.raises(ValueError, match="field=column"):
        command.read_mapping("编号")
