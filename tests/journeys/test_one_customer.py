"""Three dealers' files become one base of customers: imported, resolved, reviewed, mended, and answered for by law."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.journeys.dealer_files import DealerFile, Numbers, new_numbers, three_files
from tests.journeys.people import ENGLISH, People, Person
from tests.journeys.steps import step

pytestmark = [pytest.mark.browser, pytest.mark.process]

# A worker takes the work up by and by, and shares the machine with whatever else runs.
WORK_MS = 60_000


def test_three_dealers_files_become_one_base_of_customers(people: People) -> None:
    numbers = new_numbers()
    steward = people.colleague("manager", ENGLISH)
    files = three_files(numbers)
    for file in files:
        register(steward, file)
        import_file(steward, file)
    resolve(steward)
    one_person_in_three_scripts(steward, files, numbers)
    spouses_stay_two(steward, numbers)
    review_by_keys(steward, files[1])
    merged = merge_by_hand(steward, numbers)
    undo(steward, merged)
    split_off(steward, numbers)
    access(steward, numbers)
    erase(steward, numbers)


def register(steward: Person, file: DealerFile) -> None:
    """A source of its own for each dealer's system."""
    steward.open("/desk/data/sources/")
    steward.page.get_by_role("link", name="Register a source").first.click()
    form = steward.page.locator("form.vl-form")
    form.get_by_label("Code").fill(file.code)
    form.get_by_label("Name").fill(file.name)
    form.get_by_label("Belongs to").select_option(label=file.owner)
    form.locator(".vl-submit .btn-primary").click()
    expect(steward.page.get_by_role("heading", level=1)).to_contain_text(file.name)


def import_file(steward: Person, file: DealerFile) -> None:
    """Upload, look at what the rows are understood as, try, import."""
    page = steward.page
    page.get_by_role("link", name="Import a file").click()
    upload = FilePayload(name=file.filename, mimeType="application/octet-stream", buffer=file.body)
    page.locator("form.vl-form input[type=file]").set_input_files(upload)
    page.get_by_role("button", name="Upload").click()
    form = page.locator("#form")
    expect(form).to_contain_text(f"{file.rows} rows")
    expect(form).to_contain_text(file.read_as)
    form.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table", name="What the first rows are understood as")).to_be_visible()
    form.get_by_role("button", name="Trial run").click()
    progress = page.locator("#progress")
    expect(progress).to_contain_text("This is what the import would do", timeout=WORK_MS)
    expect(figure(progress, "New records")).to_have_text(str(file.rows))
    progress.get_by_role("link", name="Back to the file").click()
    page.locator("#form").get_by_role("button", name="Import").click()
    expect(progress.get_by_role("heading", name="Imported", exact=True)).to_be_visible(timeout=WORK_MS)
    expect(figure(progress, "New records")).to_have_text(str(file.rows))
    expect(figure(progress, "Refused")).to_have_text("0")


def figure(place: Locator, label: str) -> Locator:
    """The figure under a label."""
    return place.locator("div", has=place.page.get_by_text(label, exact=True)).locator("dd").last


def resolve(steward: Person) -> None:
    """Run now, and wait until the newest run has its end."""
    page = steward.page
    steward.open("/desk/customers/resolution/")
    runs = page.locator("#runs .st-steps > li")
    before = runs.count()
    page.get_by_role("button", name="Run now").click()
    expect(page.locator(".vl-toast").first).to_be_visible()
    expect(runs).not_to_have_count(before, timeout=WORK_MS)


def find(steward: Person, text: str) -> Locator:
    """The rows of the customers' list for a search."""
    steward.open(f"/desk/customers/?q={text}")
    return steward.page.locator("[data-rows] tr[data-href]")


def person_with(steward: Person, text: str) -> str:
    """The reference of the one customer a search finds."""
    rows = find(steward, text)
    expect(rows).to_have_count(1)
    return ref_of(rows.first)


def ref_of(row: Locator) -> str:
    """The reference a row of the list leads to."""
    return (row.get_attribute("data-href") or "").rstrip("/").rsplit("/", 1)[-1]


def one_person_in_three_scripts(steward: Person, files: list[DealerFile], numbers: Numbers) -> None:
    """歐陽若蘭, 欧阳若兰 and Ouyang Ruolan with one phone are one customer, and the page tells why."""
    ref = person_with(steward, numbers.phones[0])
    steward.open(f"/desk/customers/{ref}/records/")
    for file in files:
        expect(steward.page.get_by_role("heading", name=re.compile(file.name))).to_be_visible()


def spouses_stay_two(steward: Person, numbers: Numbers) -> None:
    """One phone and one flat, two names: two customers."""
    expect(find(steward, numbers.phones[1])).to_have_count(2)


def review_by_keys(steward: Person, file: DealerFile) -> None:
    """The first doubtful pair is one customer, the second never; without touching the mouse."""
    page = steward.page
    for key, said in (("1", "One customer now"), ("2", "Kept apart for good")):
        steward.open(f"/desk/customers/reviews/?source={file.code}")
        expect(page.get_by_role("group", name="Decision")).to_be_visible()
        expect(page.get_by_role("region", name="Side by side")).to_contain_text(file.name)
        page.keyboard.press(key)
        expect(page.locator(".vl-toast.tone-good").first).to_contain_text(said)


def merge_by_hand(steward: Person, numbers: Numbers) -> tuple[str, str]:
    """上官云祥 gave another number elsewhere: no rule could know, a person does. Answers who stayed and who went."""
    stays, goes = person_with(steward, numbers.phones[5]), person_with(steward, numbers.phones[12])
    page = steward.page
    steward.open(f"/desk/customers/{stays}/")
    step(steward, "/merge/")
    page.get_by_label("Which customer is the same?").fill(numbers.phones[12])
    page.locator("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Shangguan Yunxiang").click()
    expect(page.get_by_role("radio", name=stays)).to_be_checked()
    page.get_by_role("button", name="Merge").click()
    expect(page.locator(".vl-toast.tone-good")).to_contain_text(stays)
    assert person_with(steward, numbers.phones[12]) == stays
    steward.open(f"/desk/customers/{goes}/")
    expect(page).to_have_url(re.compile(stays))
    return stays, goes


def undo(steward: Person, merged: tuple[str, str]) -> None:
    """Everything goes back to where it was."""
    stays, goes = merged
    page = steward.page
    steward.open(f"/desk/customers/{stays}/")
    panel = page.locator("#panel-identity")
    expect(panel).to_contain_text("Merged and split")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    panel.get_by_role("button", name="Undo").first.click()
    confirm(steward)
    expect(page.locator(".vl-toast.tone-good")).to_contain_text("Undone")
    steward.open(f"/desk/customers/{goes}/")
    expect(page).to_have_url(re.compile(goes))


def confirm(steward: Person) -> None:
    """Say yes to the question before a step that matters."""
    steward.page.get_by_role("dialog").get_by_role("button", name="Yes, go on").click()


def split_off(steward: Person, numbers: Numbers) -> None:
    """The service desk's 端木晴 is somebody else of that name."""
    ref = person_with(steward, numbers.phones[7])
    page = steward.page
    steward.open(f"/desk/customers/{ref}/")
    step(steward, "/split/")
    page.get_by_role("checkbox", name=re.compile("Service desk")).check()
    page.get_by_role("button", name="Split").click()
    expect(page.locator(".vl-toast.tone-good")).to_contain_text("a customer of its own")
    expect(find(steward, numbers.phones[7])).to_have_count(2)


def take_down(steward: Person, ref: str, kind: str) -> None:
    """A request by law, on the customer's page of data protection."""
    page = steward.page
    steward.open(f"/desk/customers/{ref}/privacy/")
    page.get_by_role("link", name="Take down a request by law").click()
    form = page.locator("form.vl-form").last
    form.locator("[name=kind]").select_option(kind)
    form.locator(".vl-submit .btn-primary").click()
    expect(page).to_have_url(re.compile("/desk/customers/privacy/"))


def access(steward: Person, numbers: Numbers) -> None:
    """What is kept about the person, to take away."""
    ref = person_with(steward, numbers.phones[0])
    take_down(steward, ref, "access")
    page = steward.page
    page.get_by_role("button", name="Give the data out").click()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download").click()
    with zipfile.ZipFile(Path(waited.value.path())) as archive:
        told = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))
        for name in archive.namelist():
            if name.endswith(".json"):
                json.loads(archive.read(name))
    assert numbers.phones[0] in told
    assert "若兰" in told


def erase(steward: Person, numbers: Numbers) -> None:
    """Nothing finds the person afterwards."""
    ref = person_with(steward, numbers.phones[0])
    take_down(steward, ref, "erasure")
    page = steward.page
    page.get_by_role("button", name="Erase").click()
    confirm(steward)
    expect(page.locator(".vl-toast.tone-good")).to_contain_text("erased")
    expect(find(steward, numbers.phones[0])).to_have_count(0)
