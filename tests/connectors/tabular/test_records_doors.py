"""Records by API and by folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.connectors.doors import AT, Doors, make_doors
from tests.kernel.programs import bearer, member, token_of

from vinloop.connectors.tabular.records import jobs
from vinloop.connectors.tabular.records.folder import take_folder
from vinloop.connectors.tabular.write import write_xlsx
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.models import ImportRun, SourceRecord
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import ReceivedDocument

pytestmark = pytest.mark.django_db
RIGHTS = ("customers.source:read", "customers.source:import")
ROWS = [{"id": "1", "name": "王小明", "phones": ["13800138001", "13900138001"]}, {"id": "2"}]


@pytest.fixture
def doors() -> Doors:
    made = make_doors()
    with acting(system_actor()) as system:
        for code, owner in (("club", made.network.root), ("dms", made.network.dealer)):
            register_source(actor=system, code=code, owner=owner, terms=SourceTerms(), at=AT)
    return made


@pytest.fixture
def head(doors: Doors) -> dict[str, Any]:
    return bearer(
        token_of(member("steward", doors.network.root, *RIGHTS, "customers.source:manage"), doors.network.root)
    )


def phones(key: str) -> list[str]:
    """What was understood of a record's telephone numbers."""
    return list((records()[key].standard or {})["phones"])


def records() -> dict[str, SourceRecord]:
    with acting(system_actor()):
        return {each.key: each for each in SourceRecord.objects.all()}


def work() -> None:
    with acting(system_actor()):
        for run in ImportRun.objects.filter(state="running"):
            jobs.run_records.func.__wrapped__(run.pk)


def test_rows_come_in_by_json(client: Client, head: dict[str, Any]) -> None:
    address, body = "/api/v1/sources/club/records", {"rows": ROWS}
    done = client.post(address, body, content_type="application/json", **head)
    assert done.status_code == 200, done.content
    assert (done.json()["added"], done.json()["refused"][0]["reason"]) == (1, "says_nothing")
    assert phones("1") == ["+8613800138001", "+8613900138001"]
    again = client.post(address, body, content_type="application/json", **head).json()
    assert (again["added"], again["unchanged"]) == (0, 1)
    dry = {"rows": [{"id": "9", "name": "李婷"}], "dry_run": True}
    assert client.post(address, dry, content_type="application/json", **head).json()["added"] == 1
    assert set(records()) == {"1"}
    nobody = client.post(address, {"rows": [{"x": "1"}]}, content_type="application/json", **head)
    assert nobody.status_code in {409, 422}


def test_a_source_is_registered_and_its_file_followed(client: Client, doors: Doors, head: dict[str, Any]) -> None:
    new = {"name": "Web shop", "owner": doors.network.root.code, "kind": "web_shop", "trust": 70}
    made = client.put("/api/v1/sources/shop", new, content_type="application/json", **head)
    assert made.status_code == 200, made.content
    cards = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:u1\r\nFN:王小明\r\nTEL:tel:+86-138-0013-8001\r\nEND:VCARD\r\n"
    address = "/api/v1/sources/shop/imports"
    run = client.post(f"{address}?filename=a.vcf", cards.encode(), content_type="text/vcard", **head)
    assert run.status_code == 202, run.content
    work()
    found = client.get(f"/api/v1/sources/imports/{run.json()['ref']}", **head).json()
    assert (found["state"], found["added"], found["rows_total"]) == ("done", 1, 1)
    assert phones("u1") == ["+8613800138001"]
    assert [each["ref"] for each in client.get(address, **head).json()["items"]] == [found["ref"]]
    assert client.get(f"/api/v1/sources/imports/{found['ref']}/refused", **head).json() == []
    assert client.get("/api/v1/sources/shop", **head).json()["records"] == 1
    broken = client.post(address, b"<html>", content_type="text/csv", **head)
    assert (broken.status_code, broken.json()["reason"]) == (422, "not_a_table")


def test_a_dealer_sees_and_sends_only_its_own(client: Client, doors: Doors) -> None:
    own: dict[str, Any] = bearer(
        token_of(member("dealer-steward", doors.network.dealer, *RIGHTS), doors.network.dealer)
    )
    assert [each["code"] for each in client.get("/api/v1/sources", **own).json()["items"]] == ["dms"]
    body = {"rows": ROWS}
    refused = client.post("/api/v1/sources/club/records", body, content_type="application/json", **own)
    assert (refused.status_code, records()) == (404, {})
    assert client.post("/api/v1/sources/dms/records", body, content_type="application/json", **own).status_code == 200
    new = {"name": "x", "owner": doors.network.dealer.code}
    assert client.put("/api/v1/sources/x", new, content_type="application/json", **own).status_code == 403


def drop(folder: Path, source: str, name: str, body: str) -> None:
    (folder / source).mkdir(exist_ok=True)
    file = folder / source / name
    file.write_text(body, "utf-8")
    os.utime(file, (1_000, 1_000))


def test_a_folder_is_emptied_into_done_and_failed(
    doors: Doors, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    capture = django_capture_on_commit_callbacks
    drop(tmp_path, "club", "members.csv", "会员号,姓名,手机\n1,王小明,13800138001\n")
    drop(tmp_path, "club", "photo.csv", "<html>")
    drop(tmp_path, "club", "nobody.csv", "a,b\n1,2\n")
    drop(tmp_path, "stranger", "x.csv", "id,name\n1,x\n")
    with capture(execute=True), acting(system_actor()):
        assert take_folder(tmp_path, now=1_030.0) == 0
        assert take_folder(tmp_path, now=2_000.0) == 4
    work()
    assert set(records()) == {"1"}
    assert [each.name[16:] for each in (tmp_path / "done" / "club").iterdir()] == ["members.csv"]
    reasons = {each.name[16:] for each in (tmp_path / "failed" / "club").iterdir()}
    assert reasons == {"photo.csv", "photo.csv.reason.txt", "nobody.csv", "nobody.csv.reason.txt"}
    assert "stranger" in next((tmp_path / "failed" / "stranger").glob("*.txt")).read_text("utf-8")
    with acting(system_actor()):
        assert take_folder(tmp_path, now=3_000.0) == 0
        assert ImportRun.objects.count() == 1


def test_a_stopped_file_goes_on_by_the_api(client: Client, head: dict[str, Any]) -> None:
    body = "id,name,phone\n" + "".join(f"{n},王小明,138{n:08d}\n" for n in range(1_100))
    run = client.post("/api/v1/sources/club/imports", body.encode(), content_type="text/csv", **head).json()
    address = f"/api/v1/sources/imports/{run['ref']}"
    work()
    assert client.delete(address, **head).json()["problem"] == "by_hand"
    on = client.post(f"{address}/resumption", **head)
    assert (on.status_code, on.json()["state"], on.json()["rows_done"]) == (200, "running", 1_000)
    assert client.post(f"{address}/resumption", **head).status_code == 409
    work()
    assert client.get(address, **head).json()["rows_done"] == 1_100


@pytest.mark.parametrize(("asked", "pointer"), [("sheet=x", "?sheet"), ("encoding=big5", "?encoding")])
def test_a_file_that_cannot_be_read_as_asked_leaves_nothing(
    client: Client, head: dict[str, Any], asked: str, pointer: str
) -> None:
    body = write_xlsx(["id", "name"], [["1", "x"]]) if pointer == "?sheet" else b"id,name\n1,\x80\n"
    answer = client.post(f"/api/v1/sources/club/imports?{asked}", body, content_type="text/csv", **head)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    with acting(system_actor()):
        assert not ImportRun.objects.exists()
        assert not ReceivedDocument.objects.exists()
