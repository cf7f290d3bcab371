"""Imports and the daily dispatch, in process: rows per second of one core's work."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.dataset import customer_name
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.network.places import all_places

ROWS = 5_000
CHUNK = 500
HOT = 50_000
CITIES = [place.city for place in all_places()]


def import_csv(port: int, rows: int, runs: int) -> dict[str, Any]:
    """CSV bytes → parsed, mapped, identified and written leads."""
    from vinloop.connectors.tabular import read_table, suggest_mapping
    from vinloop.connectors.tabular.rows import ImportPlan, submission_of

    def once() -> float:
        head = "external_id,name,phone,city,brand,model,timeframe\n"
        lines = (f"{uuid.uuid4().hex},{_name()},{_phone()},上海,Aurora,Model 1,30 days\n" for _ in range(ROWS))
        data = (head + "".join(lines)).encode()
        start = time.perf_counter()
        table = read_table(data, "leads.csv")
        plan = ImportPlan(source="file", mapping=suggest_mapping(table.headers))
        records = (dict(zip(table.headers, row, strict=True)) for row in table.rows)
        _capture([submission_of(record, plan, str(number)) for number, record in enumerate(records)])
        return ROWS / (time.perf_counter() - start)

    return _rate_report(once, runs)


def import_adf(port: int, rows: int, runs: int) -> dict[str, Any]:
    """ADF bytes → parsed, identified and written leads, 500 prospects a file."""

    from vinloop.connectors.adf import parse_adf, to_submissions
    from vinloop.connectors.adf.submissions import submission_of

    def once() -> float:
        files = [_adf(CHUNK) for _ in range(ROWS // CHUNK)]
        start = time.perf_counter()
        for data in files:
            found = to_submissions(parse_adf(data))
            _capture([submission_of(lead, received_at=timezone.now()) for lead in found])
        return ROWS / (time.perf_counter() - start)

    return _rate_report(once, runs)


def dispatch(port: int, rows: int, runs: int) -> dict[str, Any]:
    """50,000 hot leads handed to dealers, in chunks of a thousand, each in its own transaction."""
    from vinloop.leads.actions import dispatch_ready_leads

    seconds = []
    for _ in range(min(runs, 3)):
        _make_hot(HOT)
        start = time.perf_counter()
        last = 0
        placed = 0
        while True:
            with acting(system_actor()) as actor:
                done, last = dispatch_ready_leads(actor=actor, at=timezone.now(), after_id=last)
            placed += done.placed
            if not last:
                break
        seconds.append((time.perf_counter() - start, placed))
    middle = statistics.median(s for s, _ in seconds)
    return {"goal": "<= 60 s", "seconds": round(middle, 1), "placed": [p for _, p in seconds], "is_met": middle <= 60}


def _capture(submissions: list[Any]) -> None:
    from vinloop.leads.actions import capture_leads

    for start in range(0, len(submissions), CHUNK):
        with acting(system_actor("import")) as actor:
            capture_leads(actor=actor, submissions=submissions[start : start + CHUNK], at=timezone.now())


def _make_hot(count: int) -> None:
    with acting(system_actor()), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET status = 'ready', dealer_id = NULL,"
            " owner_id = (SELECT id FROM kernel_organisation WHERE parent_id IS NULL), is_hot = true,"
            " city = (%s::text[])[1 + id %% %s]"
            " WHERE id IN (SELECT id FROM leads_lead WHERE status IN ('nurture', 'invalid') ORDER BY id DESC LIMIT %s)",
            [CITIES, len(CITIES), count],
        )


def _rate_report(once: Callable[[], float], runs: int) -> dict[str, Any]:
    once()
    middle = statistics.median(once() for _ in range(runs))
    return {"goal": ">= 1000 rows/s", "rows_per_second": round(middle), "is_met": middle >= 1000}


def _name() -> str:
    return customer_name(random.Random(uuid.uuid4().int))


def _phone() -> str:
    return f"197{uuid.uuid4().int % 100_000_000:08d}"


def _adf(count: int) -> bytes:
    prospects = "".join(
        f'<prospect><id sequence="1" source="bench">{uuid.uuid4().hex}</id>'
        "<requestdate>2026-11-01T10:00:00+08:00</requestdate>"
        '<vehicle interest="buy" status="new"><year>2026</year><make>Aurora</make><model>Model 1</model></vehicle>'
        f'<customer><contact><name part="full">{_name()}</name><phone>{_phone()}</phone></contact></customer>'
        "<vendor><vendorname>bench</vendorname></vendor><provider><name>bench</name></provider></prospect>"
        for _ in range(count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><?adf version="1.0"?><adf>{prospects}</adf>'.encode()
