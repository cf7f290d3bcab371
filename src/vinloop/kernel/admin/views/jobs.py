"""Background jobs: how many wait, which failed, and what to do with those."""

from __future__ import annotations

import json

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from vinloop.kernel.access.actor import NotAllowed
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.admin.actions import drop_jobs, replay_jobs
from vinloop.kernel.admin.actions.jobs import MANAGE
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import BulkAction, EmptyState, Listing, SavedView
from vinloop.kernel.web.table_rows import Column, Row


@screen(MANAGE)
def jobs(request: ActorRequest) -> HttpResponse:
    """The failed jobs first; waiting and running ones as tabs."""
    if not request.actor.sees_all:
        raise NotAllowed(MANAGE)
    address = Address.of(request)
    state = address.get("state") if address.get("state") in ("todo", "doing") else "failed"
    page = page_of(address, ProcrastinateJob.objects.filter(status=state), ("-id",))
    listing = Listing(
        key="jobs",
        title=_("Background jobs"),
        subtitle=_("A job that fails is tried again by itself; after its last attempt it rests under Failed."),
        columns=[
            Column("job", _("Job")),
            Column("arguments", _("About")),
            Column("queue", _("Queue"), is_on_phone=False),
            Column("attempts", _("Attempts"), align="end"),
            Column("at", _("Since")),
        ],
        rows=_rows(page.rows),
        address=address,
        empty=EmptyState(_("Nothing here"), _EMPTY[state](), "circle-check"),
        views=_views(address, state),
        next_url=page.next_url,
        previous_url=page.previous_url,
        bulk_actions=_bulk() if state == "failed" else [],
    )
    context = {"listing": listing, "has_failed": state == "failed" and bool(page.rows)}
    return render(request, "admin/jobs.html", context)


@screen(MANAGE, methods=("POST",))
def jobs_replay(request: ActorRequest) -> HttpResponse:
    """Queue failed jobs once more: the selected ones, or all."""
    chosen = _chosen(request)
    word = _("The jobs are queued again.")
    attempt(request, lambda: replay_jobs(actor=request.actor, job_ids=chosen, at=timezone.now()), word)
    return redirect("admin:jobs")


@screen(MANAGE, methods=("POST",))
def jobs_drop(request: ActorRequest) -> HttpResponse:
    """Give failed jobs up: the selected ones, or all."""
    chosen = _chosen(request)
    word = _("The jobs were given up.")
    attempt(request, lambda: drop_jobs(actor=request.actor, job_ids=chosen, at=timezone.now()), word)
    return redirect("admin:jobs")


def _chosen(request: ActorRequest) -> list[int] | None:
    """The selected ids; ``None`` only for the button that says all."""
    if request.POST.get("all") == "yes":
        return None
    return [int(ref) for ref in request.POST.getlist("ref") if ref.isdigit()]


def _rows(shown: list[ProcrastinateJob]) -> list[Row]:
    latest = ProcrastinateEvent.objects.filter(job_id__in=[each.pk for each in shown])
    times = dict(latest.values_list("job_id").annotate(Max("at")))
    return [
        Row(
            "",
            [
                cells.two_lines(each.task_name, f"#{each.pk}"),
                _arguments(each),
                each.queue_name,
                str(each.attempts),
                cells.ago(times.get(each.pk)),
            ],
            ref=str(each.pk),
            label=each.task_name,
        )
        for each in shown
    ]


def _arguments(each: ProcrastinateJob) -> str:
    text = json.dumps(each.args, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "…"


def _views(address: Address, state: str) -> list[SavedView]:
    labels = {"failed": _("Failed"), "todo": _("Waiting"), "doing": _("Running")}
    seen = ProcrastinateJob.objects.filter(status__in=labels)
    counts = dict(seen.values_list("status").annotate(Count("pk")))
    return [
        SavedView(label, address.url(state=key if key != "failed" else None), key == state, counts.get(key, 0))
        for key, label in labels.items()
    ]


def _bulk() -> list[BulkAction]:
    question = _("Drop the selected jobs? Their work will not be done.")
    return [
        BulkAction(_("Try again"), reverse("admin:jobs_replay"), "refresh"),
        BulkAction(_("Drop"), reverse("admin:jobs_drop"), "trash", question, "overdue"),
    ]


_EMPTY = {
    "failed": lambda: _("No job has failed for good."),
    "todo": lambda: _("No job is waiting."),
    "doing": lambda: _("No job is running."),
}
