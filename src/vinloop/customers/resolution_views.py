"""Identity resolution: its runs in words, the model in force, and a run on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinloop.customers.actions.weights import current_model
from vinloop.customers.explaining import REASONS, VETOES
from vinloop.customers.jobs import queue_run
from vinloop.customers.matching.levels import COMPARISONS
from vinloop.customers.matching.model import Model
from vinloop.customers.models import MatchModel, ResolveRun
from vinloop.customers.running import at_work
from vinloop.customers.stewardship import LOOK, RUN, newest_runs
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.record import Action

SHOWN = 30
_MINUTE = 60


@screen(LOOK)
def resolution(request: ActorRequest) -> HttpResponse:
    """What the runs found, and by which weights they decide."""
    model = current_model()
    run_url = reverse("customers:resolution_run")
    action = Action(_("Run now"), run_url, "post", is_primary=True, icon="player-play")
    trained = MatchModel.objects.filter(pk=model.version).values_list("trained_at", flat=True).first()
    runs = list(newest_runs(SHOWN))
    is_at_work, is_waiting = at_work()
    # Runs follow one another: the one at work is the newest that has no end.
    newest = next((each.pk for each in runs if each.ended_at is None), None)
    context = {
        "runs": [_run(each, is_at_work=is_at_work and each.pk == newest) for each in runs],
        "is_waiting": is_waiting,
        "is_at_work": is_at_work,
        "model": model,
        "trained_at": trained,
        "comparisons": _weights(model),
        "primary_action": action if request.actor.may(RUN) else None,
        "title": _("Identity resolution"),
        "reviews_url": reverse("customers:reviews"),
    }
    return render(request, "customers/resolution.html", context)


@screen(RUN, methods=("POST",))
def resolution_run(request: ActorRequest) -> HttpResponse:
    """Queue a run over what came since the last one."""
    if queue_run():
        messages.success(request, _("The run is queued; it appears here when it begins."))
    else:
        messages.info(request, _("A run waits already."))
    return redirect("customers:resolution")


def run_words(figures: Mapping[str, Any]) -> str:
    """The figures of a run in one sentence."""
    if not figures:
        return ""
    words = _("%(records)s records compared, %(created)s new customers, %(merged)s merged; %(review)s wait for review")
    names = {"records": "records", "created": "created", "merged": "merged", "review": "to_review"}
    return words % {place: f"{figures.get(name, 0):,}" for place, name in names.items()}


def _run(run: ResolveRun, *, is_at_work: bool) -> dict[str, Any]:
    refused = run.figures.get("refused", {}) if isinstance(run.figures, dict) else {}
    return {
        "run": run,
        "is_at_work": is_at_work,
        "words": run_words(run.figures),
        "took": _took(run),
        "refused": [
            (REASONS.get(code) or VETOES.get(code, code), f"{count:,}")
            for code, count in sorted(refused.items(), key=lambda each: -each[1])
        ],
    }


def _took(run: ResolveRun) -> str:
    if run.ended_at is None:
        return ""
    seconds = round((run.ended_at - run.started_at).total_seconds())
    if seconds < _MINUTE:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = round(seconds / _MINUTE)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _weights(model: Model) -> list[dict[str, Any]]:
    found = []
    for comparison in COMPARISONS:
        levels = [
            {"label": level.label, "weight": weight, "bits": f"{weight.bits:+.1f}".replace("-", "−")}
            for level in comparison.levels
            if (weight := model.weights.get(comparison.code, {}).get(level.code)) is not None
        ]
        found.append({"label": comparison.label, "levels": levels})
    return found
