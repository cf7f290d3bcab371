"""One step of the identity figures in a process of its own, so that its memory is its own: prints one JSON line.

``python -m benchmarks.identity_run STEP …`` works on the database of ``DATABASE_URL``, through the product's actions.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from vinloop.site.cli.product import start_django

BATCH = 1_000
ASKED = 400


def main() -> None:
    """Do the step asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity_run", description=__doc__)
    steps = parser.add_subparsers(required=True)
    _step(steps, "prepare", prepare)
    _step(steps, "import", import_file, "source", "file", "skip", "most")
    _step(steps, "resolve", resolve, "full")
    _step(steps, "links", links, "file")
    _step(steps, "online", online, "file", "skip")
    options = vars(parser.parse_args())
    do = options.pop("do")
    start_django()
    found = do(**{name: int(value) if value.isdigit() else value for name, value in options.items()})
    print(json.dumps(found | {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def _step(steps: Any, name: str, do: Any, *arguments: str) -> None:
    step = steps.add_parser(name)
    for argument in arguments:
        step.add_argument(argument)
    step.set_defaults(do=do)


def prepare() -> dict[str, Any]:
    """Tables, roles and a network with one manufacturer and some dealers."""
    from django.conf import settings
    from django.core.management import call_command

    from benchmarks.handwriting import SHOWROOMS
    from vinloop.kernel.accounts.roles import sync_roles
    from vinloop.kernel.models import Organisation
    from vinloop.site.runtime.config import config
    from vinloop.site.runtime.database import prepare_database

    prepare_database(config().effective_database_url)
    call_command("migrate", verbosity=0, interactive=False)
    sync_roles()
    root = Organisation.objects.create(code="hq", kind="manufacturer", name="hq")
    Organisation.objects.filter(pk=root.pk).update(path=f"/{root.pk}/")
    for number in range(SHOWROOMS):
        made = Organisation.objects.create(code=f"S{number:03d}", kind="dealer", name=f"S{number:03d}", parent=root)
        Organisation.objects.filter(pk=made.pk).update(path=f"/{root.pk}/{made.pk}/")
    return {"database": settings.DATABASES["default"]["NAME"]}


def import_file(source: str, file: str, skip: int, most: int) -> dict[str, Any]:
    """A CSV file as a registered source: mapped as proposed, kept and standardised. Rows per second of this process."""
    from django.utils import timezone

    from vinloop.customers.actions.receive import Incoming, receive_records
    from vinloop.customers.actions.sources import SourceTerms, register_source
    from vinloop.customers.standard.mapping import mapped, propose_mapping
    from vinloop.kernel.access import acting
    from vinloop.kernel.access.facts import system_actor
    from vinloop.kernel.models import Organisation

    actor, count, flagged = system_actor("command"), 0, 0
    rows = islice(_rows(Path(file)), skip, skip + most)
    first = next(rows)
    mapping = propose_mapping(list(first))
    with acting(actor):
        owner = Organisation.objects.get(code="hq")
        terms = SourceTerms(mapping=mapping)
        kept = register_source(actor=actor, code=source, owner=owner, terms=terms, at=timezone.now())
    start = time.perf_counter()
    for batch in _batches(first, rows):
        incoming = [Incoming(row, mapped(row, mapping)) for row in batch]
        with acting(actor):
            received = receive_records(actor=actor, source=kept, rows=incoming, at=timezone.now())
        count, flagged = count + len(batch), flagged + received.flagged
    seconds = time.perf_counter() - start
    return {"rows": count, "flagged": flagged, "rows_per_second": round(count / seconds), "mapped": mapping}


def resolve(full: int) -> dict[str, Any]:
    """Resolve everything (``full``) or what came since."""
    import os

    from vinloop.customers.running import resolve_now

    start = time.perf_counter()
    found = resolve_now(is_full=bool(full), memory=2.0, threads=os.cpu_count() or 1, tell=_tell)
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "records": found.records,
        "customers": found.customers,
        "created": found.created,
        "to_review": found.to_review,
    }


def links(file: str) -> dict[str, Any]:
    """Every record with its customer."""
    from vinloop.customers.running import write_links

    return {"links": write_links(path=Path(file))}


def online(file: str, skip: int) -> dict[str, Any]:
    """Rows the base does not hold, asked one by one: milliseconds, the first of each process left out."""
    from vinloop.customers.actions.online import match_person
    from vinloop.customers.standard.mapping import mapped, propose_mapping
    from vinloop.kernel.access import acting
    from vinloop.kernel.access.facts import system_actor

    taken, found = [], 0
    for row in islice(_rows(Path(file)), skip, skip + ASKED):
        values = mapped(row, propose_mapping(list(row)))
        values.pop("key", None)
        start = time.perf_counter()
        with acting(system_actor("command")) as actor:
            found += bool(match_person(actor=actor, values=values))
        taken.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(taken[1:], n=100)
    return {"asked": len(taken), "found": found, "ms_p50": round(cuts[49], 1), "ms_p95": round(cuts[94], 1)}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file, skipinitialspace=True)


def _batches(first: dict[str, str], rest: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    rows = iter(rest)
    batch = [first, *islice(rows, BATCH - 1)]
    while batch:
        yield batch
        batch = list(islice(rows, BATCH))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
