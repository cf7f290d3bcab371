"""Facts of a file of source records while it is taken in; its end is ``events.RecordsImported``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class RecordsAdvanced(Fact, frozen=True, kw_only=True):
    """A chunk of a file was taken in: who watches the run sees its bar move."""

    kind = "customers.RecordsAdvanced"
    title = _("%(done)s of %(total)s rows taken in")
    icon = "file-import"
    group = "changes"
    is_public = False
    run: str
    done: int
    total: int


class RecordsStopped(Fact, frozen=True, kw_only=True):
    """A file could not be taken in to its end; what was taken in stays."""

    kind = "customers.RecordsStopped"
    title = _("Import stopped: %(problem)s")
    icon = "file-x"
    group = "changes"
    run: str
    problem: str
