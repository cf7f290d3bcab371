"""Administration by programs: received documents with their quarantine, and failed background jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.db.models import Q
from django.http import Http404
from django.urls import URLPattern
from dmr import Body, Path, Query
from dmr.routing import path
from procrastinate.contrib.django.models import ProcrastinateJob

from vinloop.kernel.access import Actor, NotAllowed
from vinloop.kernel.admin.actions import drop_jobs, replay_jobs
from vinloop.kernel.admin.actions.jobs import MANAGE
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.intake.actions import REPLAY, dismiss, replay
from vinloop.kernel.intake.queries import body_as_text, documents
from vinloop.kernel.intake.remarks import detail_of
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.paging import paginate

READ = "kernel.intake:read"
NEWEST = ("-received_at", "-id")


class DocumentQuery(PageQuery, frozen=True, kw_only=True):
    """Which documents to list; ``state=quarantined`` is the quarantine."""

    q: Annotated[str, msgspec.Meta(description="The ref, or part of the file name or of the reason")] = ""
    state: Literal["", "received", "processed", "quarantined", "dismissed"] = ""
    channel: str = ""


class DocumentPath(msgspec.Struct, frozen=True):
    """Which document."""

    ref: str


class DocumentOut(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived and what became of it. ``results`` are refs of what was made.

    ``reason`` is a stable code; ``detail`` says what is wrong in the language of the request.
    """

    ref: str
    organisation: str
    channel: str
    state: str
    reason: str
    detail: str
    filename: str
    content_type: str
    size: int
    digest: str
    is_truncated: bool
    results: list[str]
    received_at: datetime
    handled_at: datetime | None


class DocumentPage(DocumentOut, frozen=True, kw_only=True):
    """A document with the beginning of its content; ``text`` is ``null`` when it is none."""

    context: dict[str, Any]
    text: str | None


class DocumentOriginal(msgspec.Struct, frozen=True):
    """The bytes as they came, in base64. They came from outside: trust nothing in them."""

    ref: str
    content_type: str
    body: bytes


class JobQuery(PageQuery, frozen=True, kw_only=True):
    """Which jobs to list: ``failed`` ones are dead letters, ``todo`` wait, ``doing`` run."""

    state: Literal["failed", "todo", "doing"] = "failed"


class JobOut(msgspec.Struct, frozen=True):
    """A background job."""

    id: int
    task: str
    arguments: dict[str, Any]
    queue: str
    state: str
    attempts: int


class JobChoice(msgspec.Struct, frozen=True):
    """Which failed jobs: those of ``ids``, or all of them."""

    ids: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]], msgspec.Meta(max_length=1000)] = []
    all: bool = False


class JobCount(msgspec.Struct, frozen=True):
    """How many jobs it was done to."""

    count: int


class DocumentsController(ApiController):
    """Received documents."""

    tags = ("Received documents",)

    @endpoint(READ, operation_id="listDocuments")
    def get(self, parsed_query: Query[DocumentQuery]) -> Page[DocumentOut]:
        """List what arrived from outside, newest first."""
        found = documents().filter(_asked(parsed_query))
        return page_of(paginate(found, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _document)


class DocumentController(ApiController):
    """One received document."""

    tags = ("Received documents",)

    @endpoint(READ, operation_id="getDocument")
    def get(self, parsed_path: Path[DocumentPath]) -> DocumentPage:
        """Read a document with the beginning of its content."""
        found = _found(parsed_path.ref)
        shown = msgspec.structs.asdict(_document(found))
        return DocumentPage(**shown, context=found.context, text=body_as_text(found))


class OriginalController(ApiController):
    """Originals."""

    tags = ("Received documents",)

    @endpoint(READ, operation_id="getDocumentOriginal")
    def get(self, parsed_path: Path[DocumentPath]) -> DocumentOriginal:
        """Fetch the bytes as they came."""
        found = _found(parsed_path.ref)
        return DocumentOriginal(found.ref, found.content_type, bytes(found.body))


class ReplayController(ApiController):
    """Handling again."""

    tags = ("Received documents",)

    @endpoint(REPLAY, status=200, operation_id="replayDocument")
    def post(self, parsed_path: Path[DocumentPath]) -> DocumentOut:
        """Have a document handled again by its channel; it ends processed or in quarantine again."""
        _found(parsed_path.ref)
        replay(actor=self.actor, ref=parsed_path.ref, at=self.at)
        return _document(_found(parsed_path.ref))


class DismissController(ApiController):
    """Giving up."""

    tags = ("Received documents",)

    @endpoint(REPLAY, status=200, operation_id="dismissDocument")
    def post(self, parsed_path: Path[DocumentPath]) -> DocumentOut:
        """Decide that nothing is to be made of a document; it stays readable."""
        _found(parsed_path.ref)
        dismiss(actor=self.actor, ref=parsed_path.ref, at=self.at)
        return _document(_found(parsed_path.ref))


class JobsController(ApiController):
    """Background jobs."""

    tags = ("Background jobs",)

    @endpoint(MANAGE, operation_id="listJobs")
    def get(self, parsed_query: Query[JobQuery]) -> Page[JobOut]:
        """List background jobs, newest first; headquarters only."""
        _require_headquarters(self.actor)
        rows = ProcrastinateJob.objects.filter(status=parsed_query.state)
        return page_of(paginate(rows, ("-id",), cursor=parsed_query.cursor, limit=parsed_query.limit), _job)


class JobsReplayController(ApiController):
    """Another try."""

    tags = ("Background jobs",)

    @endpoint(MANAGE, status=200, operation_id="replayJobs")
    def post(self, parsed_body: Body[JobChoice]) -> JobCount:
        """Queue failed jobs once more."""
        chosen = None if parsed_body.all else parsed_body.ids
        return JobCount(replay_jobs(actor=self.actor, job_ids=chosen, at=self.at))


class JobsDropController(ApiController):
    """Giving up."""

    tags = ("Background jobs",)

    @endpoint(MANAGE, status=200, operation_id="dropJobs")
    def post(self, parsed_body: Body[JobChoice]) -> JobCount:
        """Give failed jobs up; what they should have done is not done."""
        chosen = None if parsed_body.all else parsed_body.ids
        return JobCount(drop_jobs(actor=self.actor, job_ids=chosen, at=self.at))


def _asked(query: DocumentQuery) -> Q:
    asked = Q()
    if query.state:
        asked &= Q(state=query.state)
    if query.channel:
        asked &= Q(channel=query.channel)
    if query.q:
        asked &= Q(ref__iexact=query.q) | Q(filename__icontains=query.q) | Q(reason__icontains=query.q)
    return asked


def _found(ref: str) -> ReceivedDocument:
    """The document, as far as row-level security shows it."""
    found = documents().filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def _require_headquarters(actor: Actor) -> None:
    """Jobs work for the whole installation."""
    if not actor.sees_all:
        raise NotAllowed(MANAGE)


def _document(row: ReceivedDocument) -> DocumentOut:
    return DocumentOut(
        ref=row.ref,
        organisation=row.owner.code,
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        detail=detail_of(row),
        filename=row.filename,
        content_type=row.content_type,
        size=row.size,
        digest=row.digest,
        is_truncated=row.is_truncated,
        results=row.results,
        received_at=row.received_at,
        handled_at=row.handled_at,
    )


def _job(row: ProcrastinateJob) -> JobOut:
    return JobOut(row.pk, row.task_name, row.args, row.queue_name, row.status, row.attempts)


urls: list[URLPattern] = [
    path("documents", DocumentsController.as_view(), name="documents"),
    path("documents/<str:ref>", DocumentController.as_view(), name="document"),
    path("documents/<str:ref>/original", OriginalController.as_view(), name="document-original"),
    path("documents/<str:ref>/replay", ReplayController.as_view(), name="document-replay"),
    path("documents/<str:ref>/dismiss", DismissController.as_view(), name="document-dismiss"),
    path("jobs", JobsController.as_view(), name="jobs"),
    path("jobs/replay", JobsReplayController.as_view(), name="jobs-replay"),
    path("jobs/drop", JobsDropController.as_view(), name="jobs-drop"),
]
