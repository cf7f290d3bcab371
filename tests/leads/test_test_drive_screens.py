"""Test drives through the screens: calendar, booking, finishing, files."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.leads.world import World
from vinloop.kernel.models import User
from vinloop.leads.models import DemoCar, TestDrive

PAGE = "/desk/dealer/test-drives/"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def car(world: World) -> DemoCar:
    with world.system():
        return DemoCar.objects.create(owner=world.network.dealer, car_model=world.model, plate="沪AD12345")


def _browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _tomorrow(hour: int) -> datetime:
    day = timezone.now().astimezone(ZONE) + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _form(world: World, car: DemoCar, ref: str, starts_at: datetime) -> dict[str, str]:
    return {
        "lead": ref,
        "starts_at": f"{starts_at:%Y-%m-%dT%H:%M}",
        "minutes": "45",
        "car": str(car.pk),
        "consultant": str(world.consultant.pk),
    }


def _drives(world: World) -> list[TestDrive]:
    with world.system():
        return list(TestDrive.objects.order_by("id"))


def test_demo_cars_belong_to_the_test_drives_in_the_menu(world: World) -> None:
    for address in (PAGE, "/desk/dealer/demo-cars/", "/desk/dealer/demo-cars/new/"):
        frame = _browser(world.manager).get(address).context["frame"]
        assert [entry.url for entry in frame.menu if entry.is_active] == [PAGE], address


def test_a_booking_is_made_moved_and_cancelled(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    booked = client.post(f"{PAGE}new/", _form(world, car, ref, _tomorrow(11)))
    assert booked.headers["Location"] == f"{PAGE}?day={_tomorrow(11):%Y-%m-%d}", "the day on which it is seen"
    drive = _drives(world)[0]
    assert drive.starts_at == _tomorrow(11)
    day = f"?day={_tomorrow(11):%Y-%m-%d}"
    for view in (day, f"{day}&view=week"):
        assert "王建国" in client.get(PAGE + view).content.decode()
    moved = {k: v for k, v in _form(world, car, ref, _tomorrow(15)).items() if k != "lead"}
    assert client.post(f"{PAGE}{drive.ref}/move/", moved).status_code == 302
    assert _drives(world)[0].starts_at == _tomorrow(15)
    client.post(f"{PAGE}{drive.ref}/cancel/")
    assert _drives(world)[0].status == "cancelled"


def test_the_car_they_want_to_drive_is_proposed(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    assert f'<option value="{car.pk}" selected>' in client.get(f"{PAGE}new/?lead={ref}").content.decode()
    with world.system():
        DemoCar.objects.update(is_active=False)
    assert f'<option value="{car.pk}" selected>' not in client.get(f"{PAGE}new/?lead={ref}").content.decode()


def test_a_clash_is_told_with_its_time_and_nothing_is_booked(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    client.post(f"{PAGE}new/", _form(world, car, ref, _tomorrow(11)))
    answer = client.post(f"{PAGE}new/", _form(world, car, ref, _tomorrow(11)))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The car is out from 11:00 to 11:45" in page
    assert 'hx-select-oob="#free-times"' in page, "the free times beside the form are those of the day asked for"
    assert f'value="{_tomorrow(11):%Y-%m-%d}" aria-label="Day"' in page
    assert len(_drives(world)) == 1


def test_closing_time_is_asked_about_once(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    late = _form(world, car, ref, _tomorrow(21))
    answer = client.post(f"{PAGE}new/", late)
    assert answer.status_code == 422
    assert "although we are closed" in answer.content.decode()
    assert _drives(world) == []
    assert client.post(f"{PAGE}new/", late | {"is_closed_fine": "on"}).status_code == 302


def test_free_times_are_offered_and_fill_in_the_form(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    page = client.get(f"{PAGE}new/?lead={ref}&day={_tomorrow(9):%Y-%m-%d}").content.decode()
    assert ">09:00</a>" in page
    assert f"car={car.pk}" in page


def test_a_drive_is_finished_with_licence_and_consent(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    client.post(f"{PAGE}new/", _form(world, car, ref, _tomorrow(11)))
    drive = _drives(world)[0]
    with world.system():
        now = timezone.now()
        TestDrive.objects.update(starts_at=now - timedelta(minutes=45), ends_at=now)
    page = client.get(f"{PAGE}{drive.ref}/").content.decode()
    assert "How did it go?" in page
    without = client.post(f"{PAGE}{drive.ref}/", {"score": "5", "has_consent": "on"})
    assert without.status_code == 422
    assert _drives(world)[0].status == "booked"
    done = {"score": "5", "has_consent": "on", "has_licence": "on", "level": "H", "feedback": "很好"}
    assert client.post(f"{PAGE}{drive.ref}/", done).status_code == 302
    assert (_drives(world)[0].status, _drives(world)[0].score) == ("done", 5)
    assert world.lead(ref).test_driven_at is not None


def test_a_drive_goes_into_ones_own_calendar(world: World, car: DemoCar) -> None:
    ref, client = world.dispatched_lead(), _browser(world.consultant)
    client.post(f"{PAGE}new/", _form(world, car, ref, _tomorrow(11)))
    answer = client.get(f"{PAGE}{_drives(world)[0].ref}.ics")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert answer["Content-Type"].startswith("text/calendar")
    assert event.decoded("DTSTART") == _tomorrow(11)


@pytest.mark.parametrize("path", ["/", "/move/", ".ics"])
def test_another_dealers_drive_is_not_there(world: World, car: DemoCar, path: str) -> None:
    _browser(world.consultant).post(f"{PAGE}new/", _form(world, car, world.dispatched_lead(), _tomorrow(11)))
    drive = _drives(world)[0]
    stranger = _browser(world.other_manager)
    assert stranger.get(f"{PAGE}{drive.ref}{path}").status_code == 404
    for button in ("cancel", "no-show"):
        assert stranger.post(f"{PAGE}{drive.ref}/{button}/").status_code == 404
    assert _drives(world)[0].status == "booked"


def test_demo_cars_are_added_changed_and_kept_apart(world: World, car: DemoCar) -> None:
    client = _browser(world.manager)
    new = {"model": str(world.model.pk), "plate": "沪B·88888", "vin": "", "is_active": "on"}
    assert client.post("/desk/dealer/demo-cars/new/", new).status_code == 302
    assert client.post("/desk/dealer/demo-cars/new/", new).status_code == 422
    assert "沪B·88888" in client.get("/desk/dealer/demo-cars/").content.decode()
    assert client.post(f"/desk/dealer/demo-cars/{car.pk}/", new | {"plate": car.plate}).status_code == 302
    assert _browser(world.other_manager).get(f"/desk/dealer/demo-cars/{car.pk}/").status_code == 404
    assert _browser(world.consultant).get("/desk/dealer/demo-cars/").status_code == 403


def test_without_demo_cars_whoever_may_add_one_is_led_there(world: World) -> None:
    asked = {user: _browser(user).get(f"{PAGE}new/").content.decode() for user in (world.manager, world.consultant)}
    assert 'href="/desk/dealer/demo-cars/">Add a demo car' in asked[world.manager]
    assert "Your manager can add one." in asked[world.consultant]
