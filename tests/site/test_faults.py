"""Whatever is killed, whenever: every lead that was acknowledged is there once, its jobs run, and a file of customers
is taken in to its last row.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psutil
import pytest
from tests.site.isolation_office import Office, open_office
from tests.site.runtime_processes import kill, until

pytestmark = pytest.mark.process
LEADS, CONNECTIONS = 160, 4
DISPATCH = "leads.jobs.dispatch_now"
VERIFIED = {"outcome": "valid", "days": 7}
PEOPLE = 10_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Web server, worker and database, as `vinloop up` runs them."""
    with open_office(tmp_path_factory.mktemp("faults") / "home") as opened:
        yield opened


@dataclass
class Loader:
    """A portal that sends leads and repeats each, unchanged, until it is acknowledged."""

    office: Office
    refs: dict[str, str] = field(default_factory=dict)
    hot: set[str] = field(default_factory=set)
    refusals: list[Any] = field(default_factory=list)
    unanswered: int = 0
    wanted: threading.Event = field(default_factory=threading.Event)

    def run(self, numbers: range) -> None:
        """Send these leads, and report a call to each customer."""
        for number in numbers:
            external_id = f"portal-{number}"
            answer = self._until_answered("/api/v1/leads", _lead(number, external_id))
            if answer is not None:
                self.refs[external_id] = answer["ref"]
                if self._until_answered(f"/api/v1/leads/{answer['ref']}/verification", VERIFIED) is not None:
                    self.hot.add(answer["ref"])

    def _until_answered(self, path: str, body: dict[str, Any]) -> Any:
        while not self.wanted.is_set():
            try:
                status, answer = self.office.call("POST", path, body)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                self.wanted.wait(0.05)
                continue
            if status in {200, 201}:
                return answer
            if answer["status"] == 409 and answer.get("code") == "already_verified":
                return answer  # the answer was lost, not the work
            if status < 500:
                self.refusals.append(answer)
                return None
            self.wanted.wait(0.05)
        return None


def _lead(number: int, external_id: str) -> dict[str, Any]:
    return {
        "source": "portal",
        "external_id": external_id,
        "customer": {"name": f"客户{number}", "phones": [f"138{number:08d}"], "city": "上海"},
        "interest": {"brand": "Aurora", "model": "Aurora S"},
    }


def _kill_after(loader: Loader, count: int, victim: Callable[[], psutil.Process]) -> None:
    """Kill when that many leads are acknowledged, in the middle of the others."""
    until(lambda: len(loader.refs) >= count, f"{count} acknowledged leads")
    kill(victim())


def _database(office: Office) -> psutil.Process:
    pid = (office.installation.home / "postgres/postmaster.pid").read_text().split()[0]
    return psutil.Process(int(pid))


def test_nothing_acknowledged_is_lost_or_doubled(office: Office) -> None:
    loader = Loader(office)
    threads = [
        threading.Thread(target=loader.run, args=(range(first, LEADS, CONNECTIONS),), daemon=True)
        for first in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    try:
        _kill_after(loader, LEADS // 8, lambda: office.child("web").children()[0])
        _kill_after(loader, LEADS * 2 // 8, lambda: office.child("worker"))
        _kill_after(loader, LEADS * 3 // 8, lambda: office.child("web"))
        _kill_after(loader, LEADS * 5 // 8, lambda: _database(office))
        _kill_after(loader, LEADS * 6 // 8, lambda: office.child("worker"))
        until(lambda: len(loader.hot) + len(loader.refusals) >= LEADS, "the acknowledgement of every lead")
    finally:
        loader.wanted.set()
        for thread in threads:
            thread.join(20)

    assert loader.refusals == []
    assert loader.unanswered > 0
    _put_back_jobs_of_dead_workers(office)
    _every_lead_is_there_once(office, loader.refs)
    _every_job_ran(office, loader.hot)


def _put_back_jobs_of_dead_workers(office: Office) -> None:
    """What a periodic job does once a minute, half a minute after a worker's last sign of life."""
    office.rows("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour' RETURNING id")
    # The living one shows itself again within ten seconds.
    alive = "SELECT id FROM procrastinate_workers WHERE last_heartbeat > now() - interval '20 seconds'"
    until(lambda: office.rows(alive), "the living worker's sign")
    words = "from vinloop.kernel.jobs.chores import retry_stalled_jobs as chore; chore(timestamp=0)"
    done = office.installation.run("manage", "shell", "-c", words)
    assert done.returncode == 0, done.stderr


def _every_lead_is_there_once(office: Office, refs: dict[str, str]) -> None:
    stored = office.rows(
        "SELECT t.external_id, l.ref FROM leads_touch t JOIN leads_lead l ON l.id = t.lead_id ORDER BY t.id"
    )
    assert len(stored) == len(refs) == LEADS
    assert dict(stored) == refs
    assert office.rows("SELECT count(*), count(DISTINCT ref) FROM leads_lead") == [(LEADS, LEADS)]
    captured = office.rows(
        "SELECT subject_ref, count(*) FROM kernel_event WHERE kind = 'leads.LeadCaptured' GROUP BY 1"
    )
    assert dict(captured) == dict.fromkeys(refs.values(), 1)


def _every_job_ran(office: Office, hot: set[str]) -> None:
    open_jobs = "SELECT task_name, status FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = %s"
    until(lambda: not office.rows(open_jobs, DISPATCH), "the end of every dispatch")
    finished = office.rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", DISPATCH)
    assert finished[0][0] >= len(hot)
    dispatched = office.rows(
        "SELECT l.ref, count(a.id), count(DISTINCT e.id) FROM leads_lead l"
        " LEFT JOIN leads_assignment a ON a.lead_id = l.id"
        " LEFT JOIN kernel_event e ON e.kind = 'leads.LeadDispatched' AND e.subject_ref = l.ref"
        " WHERE l.status = 'dispatched' GROUP BY 1"
    )
    assert {ref: (assignments, facts) for ref, assignments, facts in dispatched} == dict.fromkeys(hot, (1, 1))


def test_an_import_goes_on_behind_killed_workers_without_a_row_lost_or_doubled(office: Office) -> None:
    (owner,) = office.rows("SELECT code FROM kernel_organisation WHERE parent_id IS NULL")[0]
    made = office.call("PUT", "/api/v1/sources/dms", {"name": "DMS", "owner": owner}, timeout=60.0)
    assert made[0] == 200, made
    rows = (f"C{n},王小明,{13_800_000_000 + n}" if n % 100 else f"C{n},," for n in range(PEOPLE))
    body = "\r\n".join(["客户编号,姓名,手机号码", *rows]).encode("gb18030")
    status, run = office.call("POST", "/api/v1/sources/dms/imports?filename=people.csv", body, timeout=60.0)
    assert status == 202, run

    for share in (PEOPLE // 8, PEOPLE // 2):
        until(partial(_is_past, office, run["ref"], share), f"{share} rows")
        assert _import(office, run["ref"])["state"] == "running"
        kill(office.child("worker"))
        _put_back_jobs_of_dead_workers(office)
    until(lambda: _import(office, run["ref"])["state"] != "running", "the last row")

    done = _import(office, run["ref"])
    refused, taken = PEOPLE // 100, PEOPLE - PEOPLE // 100
    assert (done["state"], done["rows_done"], done["added"], done["refused"]) == ("done", PEOPLE, taken, refused)
    assert (done["changed"], done["unchanged"], done["refusals"]) == (0, 0, {"says_nothing": refused})
    counts = "SELECT count(*), count(DISTINCT key) FROM customers_sourcerecord WHERE source = 'dms'"
    assert office.rows(counts) == [(taken, taken)]
    ends = "SELECT count(*) FROM kernel_event WHERE kind = 'customers.RecordsImported' AND payload->>'run' = %s"
    assert office.rows(ends, run["ref"]) == [(1,)]


def _import(office: Office, ref: str) -> Any:
    return office.call("GET", f"/api/v1/sources/imports/{ref}")[1]


def _is_past(office: Office, ref: str, share: int) -> bool:
    return bool(_import(office, ref)["rows_done"] >= share)
