"""Sources on screen: registered, a file looked at, tried, imported in chunks, resumed; a dealer only its own."""

from __future__ import annotations

import html
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.connectors.doors import AT, Doors, make_doors
from tests.kernel.programs import member

from vinloop.connectors.tabular.records import jobs
from vinloop.customers.actions import runs
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.models import ImportRun, Source, SourceRecord
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.actions import LIMIT_BYTES
from vinloop.kernel.models import ReceivedDocument, User

pytestmark = pytest.mark.django_db
RIGHTS = ("customers.source:read", "customers.source:import")
HEAD = "客戶編號,姓名,手機號碼"


@pytest.fixture
def doors() -> Doors:
    made = make_doors()
    member("steward", made.network.root, *RIGHTS, "customers.source:manage")
    member("dealer-steward", made.network.dealer, *RIGHTS)
    with acting(system_actor()) as system:
        for code, owner in (("club", made.network.root), ("dms", made.network.dealer)):
            register_source(actor=system, code=code, owner=owner, terms=SourceTerms(), at=AT)
    return made


def browser(username: str) -> Client:
    made = Client(headers={"Accept-Language": "en"})
    made.force_login(User.objects.get(username=username))
    return made


def table(*rows: str, encoding: str = "big5") -> bytes:
    return "\r\n".join([HEAD, *rows]).encode(encoding)


def upload(client: Client, code: str, body: bytes, name: str = "people.csv") -> Any:
    file = SimpleUploadedFile(name, body)
    return client.post(f"/desk/data/sources/of/{code}/import/", {"file": file})


def run_of(client: Client, code: str, body: bytes, **more: str) -> ImportRun:
    page = upload(client, code, body)["Location"]
    answer = client.post(page, {"column_0": "key", "column_1": "name", "column_2": "phone", **more})
    assert answer.status_code == 302, answer.content
    with acting(system_actor()):
        return ImportRun.objects.get(ref=answer["Location"].split("/")[-2])


def step(run: ImportRun) -> ImportRun:
    """Take one chunk as the worker does."""
    with acting(system_actor()):
        jobs.run_records.func.__wrapped__(run.pk)
        run.refresh_from_db()
    return run


def keys() -> set[str]:
    with acting(system_actor()):
        return set(SourceRecord.objects.values_list("key", flat=True))


def test_a_source_is_registered_and_changed(doors: Doors) -> None:
    steward = browser("steward")
    new = {"code": "shop", "name": "Web shop", "kind": "web_shop", "owner": doors.network.root.pk, "trust": 70}
    assert steward.post("/desk/data/sources/new/", new | {"country": "cn", "is_active": "on"}).status_code == 302
    assert steward.post("/desk/data/sources/new/", new | {"country": "cn"}).status_code == 422
    changed = {"name": "Shop", "kind": "web_shop", "trust": 80, "country": "CN"}
    assert steward.post("/desk/data/sources/of/shop/edit/", changed).status_code == 302
    with acting(system_actor()):
        source = Source.objects.get(code="shop")
    assert (source.name, source.trust, source.is_active) == ("Shop", 80, False)
    assert "Shop" in steward.get("/desk/data/sources/").content.decode()
    assert "Closed" in steward.get("/desk/data/sources/of/shop/").content.decode()


def test_a_file_is_looked_at_before_anything_is_kept(doors: Doors) -> None:
    steward = browser("steward")
    page = upload(steward, "club", table("1,陳大文,1.38E+10", "2,,", "3,李小姐,13800138003"))["Location"]
    shown = steward.get(page).content.decode()
    assert "Read as Big5." in shown
    assert "digits are lost" in shown
    assert "Nobody to recognise" in shown
    looked = steward.post(page, {"column_0": "key", "column_1": "", "column_2": "phone", "look": "1"})
    assert looked.status_code == 200
    assert steward.post(page, {"column_0": "key"}).status_code == 422
    assert keys() == set()


def test_a_trial_keeps_nothing_and_an_import_saves_the_mapping(doors: Doors) -> None:
    steward = browser("steward")
    body = table("1,陳大文,13800138001", "2,,", "3,李小姐,1.38E+10")
    tried = step(run_of(steward, "club", body, **{"try": "1"}))
    assert (tried.state, tried.added, tried.refused, tried.flagged, keys()) == ("done", 2, 1, 1, set())
    run = step(run_of(steward, "club", body))
    assert (run.state, run.added, run.refused, keys()) == ("done", 2, 1, {"1", "3"})
    with acting(system_actor()):
        assert Source.objects.get(code="club").mapping == {"客戶編號": "key", "姓名": "name", "手機號碼": "phone"}
    page = steward.get(f"/desk/data/sources/runs/{run.ref}/").content.decode()
    assert "digits are lost" in page
    refused = steward.get(f"/desk/data/sources/runs/{run.ref}/refused.csv").content.decode("utf-8-sig")
    assert refused.splitlines()[1].startswith('2,,,"Nobody to recognise')
    flagged = steward.get(f"/desk/data/sources/runs/{run.ref}/flagged.csv").content.decode("utf-8-sig")
    assert "digits are lost" in flagged
    assert "digits are lost" in steward.get("/desk/data/sources/of/club/").content.decode()


def test_a_run_that_dies_goes_on_where_it_stopped(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    steward = browser("steward")
    run = run_of(steward, "club", table(*(f"{n},王小明,138{n:08d}" for n in range(2_300)), encoding="utf-8"))
    step(run)

    original = runs.take_chunk

    def dies(**given: Any) -> None:
        original(**given)
        raise SystemExit

    monkeypatch.setattr(runs, "take_chunk", dies)
    with pytest.raises(SystemExit):
        step(run)
    monkeypatch.undo()
    run.refresh_from_db()
    assert (run.rows_done, run.state, len(keys())) == (1_000, "running", 1_000)
    step(step(run))
    assert (run.rows_done, run.added, run.state, len(keys())) == (2_300, 2_300, "done", 2_300)


def test_stopped_by_hand_it_goes_on_by_hand(doors: Doors) -> None:
    steward = browser("steward")
    run = run_of(steward, "club", table(*(f"{n},王小明,138{n:08d}" for n in range(1_100)), encoding="utf-8"))
    step(run)
    steward.post(f"/desk/data/sources/runs/{run.ref}/stop/")
    assert step(run).rows_done == 1_000
    assert "Somebody stopped it" in steward.get(f"/desk/data/sources/runs/{run.ref}/").content.decode()
    steward.post(f"/desk/data/sources/runs/{run.ref}/on/")
    assert (step(run).state, run.rows_done) == ("done", 1_100)


def test_a_dealer_imports_only_for_itself(doors: Doors) -> None:
    dealer = browser("dealer-steward")
    listed = dealer.get("/desk/data/sources/").content.decode()
    assert "/of/dms/" in listed
    assert "/of/club/" not in listed
    assert dealer.get("/desk/data/sources/of/club/").status_code == 404
    assert upload(dealer, "club", table("1,陳大文,13800138001")).status_code == 404
    assert dealer.get("/desk/data/sources/new/").status_code == 403
    assert keys() == set()
    run = step(run_of(dealer, "dms", table("1,陳大文,13800138001")))
    assert (run.state, run.owner_id, keys()) == ("done", doors.network.dealer.pk, {"1"})


def zipped(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b" ", "The file is empty."),
        (b"%PDF-1.7", "holds no table inside"),
        (b"a,b\n1,\x00\n", "NUL characters"),
        (b"PK\x03\x04", "damaged or incomplete"),
        (zipped(photo=b"x"), "not an Excel workbook"),
        (zipped(photo=b"0" * 5_000_000), "unpacks to far more"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "with a password"),
        (b"\xff\xfe\x00", "in the middle of a character"),
        ("编号,姓名\r\n1,王小明".encode("utf-16")[:-1], "in the middle of a character"),
        (bytes(range(1, 256)) * 20, "cannot be recognised"),
        (HEAD.encode(), "The file has no rows."),
        (HEAD.encode() + b'\r\n1,"x', "never closed"),
        (HEAD.encode() + b"\r\n1," + b"x" * 200_000, "never closed"),
        (HEAD.encode() + b"\r\n1," + b"x" * 5_000_000, "Line 2 is longer"),
        (b'[{"name": "x"},', "no JSON object"),
        (b"{1}\n{2}", "no JSON object"),
        (b"BEGIN:VCARD\r\nEND:VCARD", "The file has no rows."),
        (b"," .join(b"x%d" % n for n in range(1_001)) + b"\r\n1,2", "more than 1000 columns"),
        (b"x" * (LIMIT_BYTES + 1), "larger than"),
    ],
    ids=["empty", "pdf", "nul", "broken-zip", "zip", "zip-bomb", "password", "odd-utf-16", "cut-utf-16", "binary",
         "head", "quote", "cell", "line", "list", "lines", "card", "columns", "size"],
)  # fmt: skip
def test_a_bad_file_is_kept_aside_with_words(doors: Doors, body: bytes, words: str) -> None:
    answer = upload(browser("steward"), "club", body)
    assert answer.status_code == 422
    shown = html.unescape(answer.content.decode())
    assert words in shown
    assert "DOC-" in shown
    with acting(system_actor()):
        assert not ImportRun.objects.exists()
        assert Source.objects.get(code="club").mapping == {}
        assert ReceivedDocument.objects.get().state == "quarantined"
    assert keys() == set()


def test_odd_files_are_taken(doors: Doors) -> None:
    steward = browser("steward")
    ragged = table("1,陳大文,13800138001", "2", "3,李小姐,13800138003" + ",x" * 50, ",,", "")
    run = step(run_of(steward, "club", ragged))
    assert (run.state, run.rows_done, run.added, run.refused, run.flagged) == ("done", 3, 2, 1, 1)
    assert run.refusals == {"says_nothing": 1}
    page = steward.get(f"/desk/data/sources/runs/{run.ref}/").content.decode()
    assert "More cells than columns" in page
    assert "Why rows were refused" in page


def test_a_button_pressed_twice_begins_one_import(doors: Doors) -> None:
    steward = browser("steward")
    page = upload(steward, "club", table("1,陳大文,13800138001"))["Location"]
    decided = {"column_0": "key", "column_1": "name", "column_2": "phone"}
    first, second = (steward.post(page, decided)["Location"] for _time in range(2))
    assert first == second
    with acting(system_actor()):
        assert ImportRun.objects.count() == 1


def test_a_run_goes_on_only_when_it_stopped(doors: Doors) -> None:
    steward = browser("steward")
    run = run_of(steward, "club", table("1,陳大文,13800138001"))
    again = steward.post(f"/desk/data/sources/runs/{run.ref}/on/", follow=True)
    assert "running already" in again.content.decode()
    with acting(system_actor()):
        assert queued() == 1


def queued() -> int:
    return int(ProcrastinateJob.objects.filter(task_name__endswith="run_records", status="todo").count())


def test_a_fault_ends_the_run_and_says_so(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    steward = browser("steward")
    run = run_of(steward, "club", table(*(f"{n},王小明,138{n:08d}" for n in range(1_100)), encoding="utf-8"))
    step(run)

    def breaks(**given: Any) -> None:
        raise ValueError("王小明")

    monkeypatch.setattr(runs, "take_chunk", breaks)
    step(run)
    monkeypatch.undo()
    assert (run.state, run.problem, run.rows_done, len(keys())) == ("failed", "fault", 1_000, 1_000)
    page = steward.get(f"/desk/data/sources/runs/{run.ref}/").content.decode()
    assert "tell an administrator" in page
    steward.post(f"/desk/data/sources/runs/{run.ref}/on/")
    assert (step(run).state, run.rows_done, len(keys())) == ("done", 1_100, 1_100)


def test_a_closed_source_takes_no_file(doors: Doors) -> None:
    steward = browser("steward")
    kept = upload(steward, "club", table("1,陳大文,13800138001"))["Location"]
    run = run_of(steward, "club", table(*(f"{n},王小明,138{n:08d}" for n in range(1_100)), encoding="utf-8"))
    steward.post(f"/desk/data/sources/runs/{run.ref}/stop/")
    steward.post("/desk/data/sources/of/club/edit/", {"name": "Club", "kind": "club", "trust": 50, "country": "CN"})
    assert "was closed" in steward.get("/desk/data/sources/of/club/import/", follow=True).content.decode()
    assert upload(steward, "club", table("2,李小姐,13800138003")).status_code == 302
    assert steward.post(kept, {"column_1": "name"}).status_code == 422
    steward.post(f"/desk/data/sources/runs/{run.ref}/on/")
    with acting(system_actor()):
        assert ReceivedDocument.objects.count() == 2
        run.refresh_from_db()
    assert (run.state, keys()) == ("failed", set())


def test_a_file_read_wrongly_stays_at_hand(doors: Doors) -> None:
    steward = browser("steward")
    page = upload(steward, "club", table("1,陳大文,13800138001", encoding="utf-8"))["Location"]
    for wrong in ("?sheet=x&encoding=big5", "?encoding=rot13"):
        answer = steward.get(page + wrong, follow=True)
        assert answer.status_code == 200
        assert "陳大文" in answer.content.decode()


def test_numbers_of_identity_are_not_shown_in_a_preview(doors: Doors) -> None:
    steward = browser("steward")
    page = upload(steward, "club", "编号,姓名,身份证号\r\n1,王小明,11010519491231002X".encode())["Location"]
    shown = steward.get(page).content.decode()
    assert "王小明" in shown
    assert "11010519491231002X" not in shown


@pytest.mark.parametrize(("name", "value"), [("code", ".."), ("code", ".x"), ("code", "a b"), ("country", "12")])
def test_a_source_is_refused_in_words(doors: Doors, name: str, value: str) -> None:
    new = {"code": "shop", "name": "Shop", "kind": "other", "owner": doors.network.root.pk, "trust": 5, "country": "CN"}
    answer = browser("steward").post("/desk/data/sources/new/", new | {name: value})
    assert answer.status_code == 422
    with acting(system_actor()):
        assert Source.objects.count() == 2


def test_sources_are_found_by_name_owner_and_kind(doors: Doors) -> None:
    steward = browser("steward")
    for asked, expected in (("q=CLUB", {"club"}), (f"q={doors.network.dealer.code}", {"dms"}), ("kind=club", set())):
        shown = steward.get(f"/desk/data/sources/?{asked}").content.decode()
        assert {code for code in ("club", "dms") if f"/of/{code}/" in shown} == expected
