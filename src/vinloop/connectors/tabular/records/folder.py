"""Files that systems drop into a folder: ``VINLOOP_IMPORT_FOLDER/<source code>/<file>``.

A file that lay still for a minute is kept and its import begun, with the mapping saved with the source; then it is
moved to ``done``. One that can't be read, or whose source nobody registered, goes to ``failed`` with the reason beside
it, so that who drops files there sees it without logging in.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from vinloop.connectors.tabular.records.jobs import run_records
from vinloop.connectors.tabular.records.plans import RecordPlan, proposed_mapping
from vinloop.connectors.tabular.records.uploads import begin, file_of, keep_file
from vinloop.customers.models import Source
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.remarks import detail_of
from vinloop.kernel.jobs import periodic_job
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused

VARIABLE = "VINLOOP_IMPORT_FOLDER"
STILL = 60.0  # seconds without a change: a copy in progress is left alone
_MOST = 20
_OURS = ("done", "failed")


class _Unusable(Exception):
    """Why a file can't be taken in, in words."""


@periodic_job("* * * * *")
def look_into_folder() -> None:
    """Take in what lies in the folder, if one is named."""
    named = os.environ.get(VARIABLE, "").strip()
    if named and Path(named).is_dir():
        take_folder(Path(named), now=time.time())


def take_folder(folder: Path, *, now: float) -> int:
    """Begin the imports of the files that lie still at ``now`` (seconds since 1970); answers how many files moved."""
    count = 0
    for file in _waiting(folder, now):
        try:
            with transaction.atomic():
                _take(file)
        except (_Unusable, Refused, OSError) as problem:
            _move(file, "failed", str(getattr(problem, "message", problem)))
        else:
            # Only once the import is sure: a file moved before that would be lost to a process that dies here.
            transaction.on_commit(partial(_move, file, "done", ""))
        count += 1
    return count


def _waiting(folder: Path, now: float) -> Iterator[Path]:
    files = (file for each in sorted(folder.iterdir()) if _is_source(each) for file in sorted(each.iterdir()))
    still = (file for file in files if file.is_file() and not file.is_symlink() and file.name[:1] != ".")
    found = [file for file in still if now - file.stat().st_mtime >= STILL]
    yield from found[:_MOST]


def _is_source(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and folder.name not in _OURS


def _take(path: Path) -> None:
    system, at = system_actor("folder"), timezone.now()
    source = Source.objects.filter(code=path.parent.name).first()
    if source is None:
        raise _Unusable(f"no source “{path.parent.name}” is registered")
    document = keep_file(actor=system, source=source, filename=path.name, body=path.read_bytes(), at=at)
    if document.state == ReceivedDocument.State.QUARANTINED:
        raise _Unusable(detail_of(document))
    plan = RecordPlan(mapping=proposed_mapping(file_of(document), source))
    run = begin(actor=system, document=document, source=source, plan=plan, is_dry=False, at=at)
    run_records.defer(run_id=run.pk)


def _move(file: Path, where: str, reason: str) -> None:
    target = file.parent.parent / where / file.parent.name
    target.mkdir(parents=True, exist_ok=True)
    stamp = timezone.now().strftime("%Y%m%d-%H%M%S")
    moved = file.rename(target / f"{stamp}-{file.name}")
    if reason:
        moved.with_name(f"{moved.name}.reason.txt").write_text(f"{reason}\n", "utf-8")
