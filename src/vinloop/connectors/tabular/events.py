"""What is announced about imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class ImportStarted(Fact, frozen=True, kw_only=True):
    """Somebody started to import a table, or to try it."""

    kind = "connectors.ImportStarted"
    title = _("Import of %(total)s rows started")
    icon = "table-import"
    is_public = False
    total: int
    is_dry: bool


class ImportAdvanced(Fact, frozen=True, kw_only=True):
    """A chunk of rows is done; open screens follow."""

    kind = "connectors.ImportAdvanced"
    title = _("Import at row %(done)s of %(total)s")
    icon = "table-import"
    is_public = False
    done: int
    total: int


class ImportEnded(Fact, frozen=True, kw_only=True):
    """Every row was looked at, or somebody stopped it."""

    kind = "connectors.ImportEnded"
    title = _("Import ended: %(new)s new, %(merged)s attached, %(repeated)s known, %(refused)s refused")
    icon = "table-import"
    is_public = False
    new: int
    merged: int
    repeated: int
    refused: int
    is_dry: bool
