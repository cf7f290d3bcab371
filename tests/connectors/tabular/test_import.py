"""Importing a table of leads: tried, imported in chunks, resumed, repeated, stopped; and its refused rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.connectors.doors import AT, CAPTURE, Doors, documents, leads, make_doors, touch_count
from tests.kernel.programs import bearer, member, token_of

from vinloop.connectors.imports import import_file
from vinloop.connectors.tabular import actions, importing, read_table, write_xlsx
from vinloop.connectors.tabular.importing import Progress, progress_of
from vinloop.connectors.tabular.jobs import run_import
from vinloop.connectors.tabular.rows import ImportPlan, submission_of
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.models import Event, Membership, ReceivedDocument, User
from vinloop.kernel.refusals import Refused
from vinloop.leads.models import LeadSource
from vinloop.vehicles.models import Brand

pytestmark = pytest.mark.django_db
IMPORT = actions.IMPORT
HEAD = "编号,姓名,手机,意向车型,备注,是否同意"
GOOD = ["A1,王小明,13800138001,曙光 S,周末试驾,是", "A2,李婷,138-0013-8002,曙光 S,,否", "A3,张伟,13800138003,曙光 S,,"]
BAD = "A4,没有电话,,曙光 S,=HYPERLINK(1),"


@pytest.fixture
def doors() -> Doors:
    made = make_doors()
    LeadSource.objects.create(code="fair", name="车展", name_en="Fair")
    member("importer", made.network.root, IMPORT, CAPTURE)
    member("dealer-importer", made.network.dealer, IMPORT, CAPTURE)
    return made


@pytest.fixture
def browser(doors: Doors) -> Client:
    made = Client(headers={"Accept-Language": "en"})
    made.force_login(User.objects.get(username="importer"))
    return made


def table(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEAD, *rows]).encode(encoding)


def upload(browser: Client, body: bytes, name: str = "fair.csv") -> Any:
    return browser.post("/desk/leads/import/new/", {"file": SimpleUploadedFile(name, body)})


def form(**changes: str) -> dict[str, str]:
    columns = {"external_id": "编号", "name": "姓名", "phone": "手机", "model": "意向车型", "comments": "备注"}
    start = {f"column_{field}": header for field, header in (columns | {"consent": "是否同意"}).items()}
    return start | {"source": "fair", "brand": "aurora"} | changes


def work() -> int:
    """Run the queued chunks in the test's own transaction; how many jobs it took."""
    count = 0
    with acting(system_actor()):
        for document in ReceivedDocument.objects.filter(channel="table"):
            while (progress := progress_of(document)) is not None and not progress.is_over:
                run_import.func.__wrapped__(document.pk)
                document.refresh_from_db()
                count += 1
    return count


def progress() -> Progress:
    found = progress_of(documents()[-1])
    assert found is not None
    return found


def counts() -> tuple[int, int, int, int]:
    now = progress()
    return now.new, now.merged, now.repeated, now.refused


def test_a_row_becomes_a_submission() -> None:
    plan = ImportPlan(mapping={"name": "n", "phone": "p", "year": "y", "consent": "c"}, source="fair", brand="Aurora")
    said = submission_of({"n": " Ann ", "p": "1", "y": "2026款", "c": "不同意"}, plan, "key")
    assert (said.source, said.external_id, said.customer.name, said.interest.year) == ("fair", "key", "Ann", 2026)
    assert said.consent.answers() == {"phone": False, "sms": False, "email": False}
    assert submission_of({"c": "perhaps"}, plan, "key").consent.answers() == {}


def test_upload_try_import_and_see(browser: Client) -> None:
    page = upload(browser, table(*GOOD, BAD, encoding="gb18030"))
    assert page.status_code == 302
    address = page["Location"]
    shown = browser.get(address).content.decode()
    assert "王小明" in shown
    assert "gb18030" in shown
    assert 'value="手机" selected' in shown
    assert '<option value="fair">Fair</option>' in shown
    assert '<option value="aurora">Aurora</option>' in shown
    assert browser.post(address, form() | {"try": "1"}).status_code == 302
    assert 'hx-trigger="load delay:' in browser.get(address).content.decode()
    work()
    assert 'name="column_phone"' in browser.get(address).content.decode().partition('id="import"')[2]
    assert counts() == (3, 0, 0, 1)
    assert leads() == []
    assert not Brand.objects.filter(name="曙光 S").exists()
    assert "This is what the import would do" in browser.get(address).content.decode()
    assert browser.post(address, form()).status_code == 302
    work()
    assert counts() == (3, 0, 0, 1)
    assert [lead.customer.name for lead in leads()] == ["王小明", "李婷", "张伟"]
    assert {(lead.door, lead.source.code) for lead in leads()} == {("import", "fair")}
    assert (documents()[0].state, documents()[0].reason) == ("quarantined", "refused_rows")
    assert browser.get("/desk/leads/import/").status_code == 200


def test_the_refused_rows_can_be_corrected_and_opened_safely(browser: Client) -> None:
    address = upload(browser, table(*GOOD, BAD))["Location"]
    browser.post(address, form())
    work()
    for name in ("csv", "xlsx"):
        content = browser.get(f"{address}refused.{name}").content
        again = read_table(content, f"x.{name}")
        assert len(again.rows) == 1
        (row,) = again.records()
        assert row["编号"] == "A4"
        assert row["备注"] == "=HYPERLINK(1)"
        assert row["Row"] == "5"
        assert "phone number or an e-mail address is needed" in row["Reason"]
    assert b"'=HYPERLINK" in browser.get(f"{address}refused.csv").content
    assert browser.get(f"{address}refused.pdf").status_code == 404


@pytest.mark.parametrize("columns", [{}, {"column_external_id": ""}])
def test_the_same_file_again_makes_no_second_lead(browser: Client, columns: dict[str, str]) -> None:
    for expected in ((3, 0, 0, 0), (0, 0, 3, 0)):
        address = upload(browser, table(*GOOD))["Location"]
        browser.post(address, form(**columns))
        work()
        assert counts() == expected
    assert (len(leads()), touch_count()) == (3, 3)


def test_known_customers_are_attached(browser: Client) -> None:
    address = upload(browser, table(GOOD[0], "B1,王小明,13800138001,曙光 S,,"))["Location"]
    browser.post(address, form())
    work()
    assert counts() == (1, 1, 0, 0)


def test_a_killed_worker_goes_on_where_it_was(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    address = upload(browser, table(*GOOD, BAD, "A5,赵敏,13800138005,曙光 S,,"))["Location"]
    browser.post(address, form())
    document = documents()[0]
    with acting(system_actor()):
        run_import.func.__wrapped__(document.pk)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_keep", die)
        with pytest.raises(KeyboardInterrupt), acting(system_actor()):
            run_import.func.__wrapped__(document.pk)
    assert (progress().done, len(leads())) == (2, 2)
    assert work() == 2
    assert counts() == (4, 0, 0, 1)
    assert len(leads()) == 4


def test_stopping_keeps_what_was_imported(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    address = upload(browser, table(*GOOD))["Location"]
    browser.post(address, form())
    with acting(system_actor()):
        run_import.func.__wrapped__(documents()[0].pk)
    browser.post(f"{address}stop/")
    assert work() == 0
    assert len(leads()) == 1
    assert progress().is_cancelled


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column_phone": ""}, "Choose the column with the phone number"),
        ({"column_model": "", "brand": ""}, "Choose the column with the brand or model"),
        ({"source": ""}, "This field is required"),
        ({"column_phone": "nothing"}, "nothing"),
    ],
)
def test_a_decision_that_cannot_work_starts_nothing(browser: Client, changes: dict[str, str], words: str) -> None:
    address = upload(browser, table(*GOOD))["Location"]
    page = browser.post(address, form(**changes))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert progress_of(documents()[0]) is None


def test_a_table_of_the_same_shape_is_proposed_the_same(browser: Client) -> None:
    first = upload(browser, table(*GOOD))["Location"]
    browser.post(first, form(column_comments="姓名"))
    second = upload(browser, table(GOOD[0]))["Location"]
    page = browser.get(second).content.decode()
    assert 'value="fair"' in page


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", None),
        (b"%PDF-1.7", "not_a_table"),
        (b"PK\x03\x04broken", "damaged"),
        (table(*GOOD)[:-2] + b',"', "unclosed_quote"),
    ],
)
def test_what_is_no_table_is_said_and_kept(browser: Client, body: bytes, reason: str | None) -> None:
    page = upload(browser, body)
    assert page.status_code == 422
    assert [document.reason for document in documents()] == ([reason] if reason else [])
    assert browser.get("/desk/leads/import/").status_code == 200
    for document in documents():
        assert browser.get(f"/desk/leads/import/{document.ref}/").status_code == 302


def test_a_sheet_of_a_workbook_is_read(browser: Client) -> None:
    rows = [row.split(",") for row in GOOD]
    address = upload(browser, write_xlsx(HEAD.split(","), rows), "fair.xlsx")["Location"]
    assert "Sheet1" not in browser.get(address).content.decode()  # offered only where there is a choice
    browser.post(f"{address}?sheet=Sheet1", form())
    work()
    assert counts() == (3, 0, 0, 0)
    assert browser.get(f"{address}?sheet=Nothing").status_code == 302


def test_a_dealers_file_becomes_the_dealers_leads(doors: Doors) -> None:
    dealer = Client()
    dealer.force_login(User.objects.get(username="dealer-importer"))
    address = upload(dealer, table(*GOOD))["Location"]
    dealer.post(address, form())
    work()
    assert {lead.owner_id for lead in leads()} == {doors.network.dealer.pk}
    stranger = Client()
    stranger.force_login(member("sister-importer", doors.network.sister, IMPORT, CAPTURE))
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}refused.csv").status_code == 404
    assert stranger.post(f"{address}stop/").status_code == 404


def test_who_left_imports_nothing_more(browser: Client) -> None:
    address = upload(browser, table(*GOOD))["Location"]
    browser.post(address, form())
    Membership.objects.all().delete()
    with acting(system_actor()):
        run_import.func.__wrapped__(documents()[0].pk)
    assert (documents()[0].state, documents()[0].reason, leads()) == ("quarantined", "sender_gone", [])


def test_a_running_import_is_not_started_twice(doors: Doors) -> None:
    actor = load_actor(User.objects.get(username="importer"), organisation_id=None, door="screen")
    assert actor is not None
    plan = ImportPlan(mapping={"phone": "手机", "model": "意向车型"})
    with acting(actor):
        document = actions.keep_table(actor=actor, filename="x.csv", body=table(*GOOD), at=AT)
        actions.start_import(actor=actor, document=document, plan=plan, at=AT)
        with pytest.raises(Refused):
            actions.start_import(actor=actor, document=document, plan=plan, at=AT)


def test_the_api_imports_too(client: Client, doors: Doors) -> None:
    head = bearer(token_of(User.objects.get(username="importer"), doors.network.root))
    address = "/api/v1/leads/imports?source=fair&brand=Aurora&filename=fair.csv"
    body = table(*GOOD, BAD)
    made = client.post(address, body, content_type="text/csv", **head)
    assert made.status_code == 202, made.content
    work()
    found = client.get(f"/api/v1/leads/imports/{made.json()['ref']}", **head).json()
    assert (found["progress"]["new"], found["progress"]["refused"], found["state"]) == (3, 1, "quarantined")
    refused = client.get(f"/api/v1/leads/imports/{found['ref']}/refused", **head).json()
    assert [(row["row"], row["reasons"]) for row in refused] == [(5, {"customer.phones": "phone_or_email_required"})]
    assert [each["ref"] for each in client.get("/api/v1/leads/imports", **head).json()["items"]] == [found["ref"]]
    broken = client.post(address, b"%PDF-1.7", content_type="text/csv", **head)
    assert (broken.status_code, broken.json()["reason"]) == (422, "not_a_table")
    assert broken.json()["quarantine"] == documents()[-1].ref
    nothing = client.post(address + "&mapping={", body, content_type="text/csv", **head)
    assert nothing.status_code == 422
    assert client.post("/api/v1/leads/imports", body, content_type="text/csv", **bearer(doors.token)).status_code == 403


def test_the_command_imports_tables_and_lead_files(doors: Doors, tmp_path: Path) -> None:
    file, errors = tmp_path / "fair.csv", tmp_path / "errors.xlsx"
    file.write_bytes(table(*GOOD, BAD))
    tried = import_file(path=file, source="fair", dry_run=True)
    assert (tried.accepted, tried.refused, leads()) == (3, 1, [])
    done = import_file(path=file, source="fair", mapping="phone=手机,name=姓名,model=意向车型", errors=errors)
    assert (done.accepted, done.refused) == (3, 1)
    assert len(read_table(errors.read_bytes(), errors.name).rows) == 1
    again = import_file(path=file, source="fair", mapping="phone=手机,name=姓名,model=意向车型")
    assert (again.accepted, again.repeated) == (0, 3)
    lead_file = tmp_path / "lead.xml"
    lead_file.write_bytes((Path(__file__).parents[2] / "data" / "adf" / "05_two_prospects.xml").read_bytes())
    assert import_file(path=lead_file).accepted == 2
    assert import_file(path=lead_file).repeated == 2
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"%PDF")
    with pytest.raises(ValueError, match="holds no table"):
        import_file(path=broken)


def test_facts_of_an_import_name_nobody(browser: Client) -> None:
    address = upload(browser, table(*GOOD))["Location"]
    browser.post(address, form())
    work()
    with acting(system_actor()):
        kinds = list(Event.objects.filter(kind__startswith="connectors.").values_list("kind", flat=True))
        payloads = str(list(Event.objects.filter(kind__startswith="connectors.").values_list("payload", flat=True)))
    assert kinds == ["connectors.ImportStarted", "connectors.ImportAdvanced", "connectors.ImportEnded"]
    assert "王" not in payloads
    assert "138" not in payloads
