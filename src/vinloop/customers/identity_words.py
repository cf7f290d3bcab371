"""Steps of identity in the words of a data steward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.customers.models import IdentityStep

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_MATCHED: Mapping[str, StrOrPromise] = {
    "model": gettext_lazy("Found by identity resolution"),
    "new": gettext_lazy("The first record of this customer"),
    "phone": gettext_lazy("Same phone when it came in"),
    "email": gettext_lazy("Same e-mail when it came in"),
    "phone+email": gettext_lazy("Same phone and e-mail when it came in"),
}


def matched_words(code: str) -> StrOrPromise:
    """How a record came to its customer."""
    return _MATCHED.get(code, code or gettext_lazy("Not resolved yet"))


def step_words(step: IdentityStep) -> str:
    """What a step did."""
    names = {"source": step.source.ref, "target": step.target.ref}
    if step.kind == IdentityStep.Kind.MERGE:
        return _("%(source)s was merged into %(target)s") % names
    return _("%(target)s was split off %(source)s") % names


def moved_words(step: IdentityStep, labels: Mapping[str, StrOrPromise]) -> str:
    """What a step moved, counted: source records 2, leads 1."""
    counts = [(_("Source records"), len(step.moved.get("records", [])))]
    references = step.moved.get("references", {})
    counts += [(str(labels[name]), len(ids)) for name, ids in references.items() if name in labels]
    return _(", ").join(f"{label} {number_format(count)}" for label, count in counts if count)


def undo_words(step: IdentityStep, labels: Mapping[str, StrOrPromise]) -> str:
    """What an undo does, said before it is done."""
    facts = {"source": step.source.ref, "target": step.target.ref, "moved": moved_words(step, labels) or "–"}
    if step.kind == IdentityStep.Kind.MERGE:
        return (
            _(
                "%(source)s becomes a customer of its own again, with what it brought: %(moved)s."
                " What came since stays with %(target)s."
            )
            % facts
        )
    return _("Everything %(target)s has goes back to %(source)s: %(moved)s, and what came since.") % facts
