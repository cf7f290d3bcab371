"""What the screens of sources show: rows of lists, facts and buttons."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vinloop.connectors.tabular.records.words import problem_words
from vinloop.customers.actions.sources import IMPORT, MANAGE
from vinloop.customers.doubts import flag_words
from vinloop.customers.models import ImportRun, Source
from vinloop.customers.quality.queries import READ as QUALITY
from vinloop.customers.standard.fields import BY_CODE
from vinloop.kernel.access import Actor
from vinloop.kernel.web import cells
from vinloop.kernel.web.listing import EmptyState
from vinloop.kernel.web.record import Action, Fact, FactGroup
from vinloop.kernel.web.table_rows import Column, Row

_SOURCE_ICON = "database-import"
_ENCODINGS = {"big5hkscs": "Big5", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}


def whole(number: int) -> str:
    """A count as people read it."""
    return f"{number:,}"


def source_columns() -> list[Column]:
    """Of the list of sources."""
    return [
        Column("source", pgettext("customer data", "Source")),
        Column("kind", _("Kind"), is_on_phone=False),
        Column("owner", _("Belongs to")),
        Column("trust", _("Trust"), align="end"),
        Column("last", _("Last file")),
    ]


def no_source(*, may_register: bool) -> EmptyState:
    """What an empty list of sources says."""
    if not may_register:
        return EmptyState(
            _("No source yet"), _("Headquarters registers the systems that keep customers."), _SOURCE_ICON
        )
    words = _(
        "Register the dealers' systems, call centres, shops and clubs that keep customers, then import their files."
    )
    return EmptyState(_("No source yet"), words, _SOURCE_ICON, _("Register a source"), reverse("connectors:source_new"))


def source_row(source: Source) -> Row:
    """One line of the list of sources."""
    url = reverse("connectors:source", args=[source.code])
    name = cells.two_lines(source.name, source.code)
    last = getattr(source, "last_run", None)
    shown = [name, source.get_kind_display(), source.owner.label, str(source.trust), cells.ago(last)]
    return Row(url, shown, label=source.code)


def run_columns() -> list[Column]:
    """Of a source's runs."""
    return [
        Column("file", _("File")),
        Column("state", _("State")),
        Column("rows", _("Rows"), align="end"),
        Column("added", _("New"), align="end"),
        Column("changed", _("Changed"), align="end", is_on_phone=False),
        Column("refused", _("Refused"), align="end"),
        Column("flagged", _("To look at"), align="end", is_on_phone=False),
        Column("at", _("When")),
    ]


def run_row(run: ImportRun) -> Row:
    """One line of a source's runs."""
    label, tone = run_state(run)
    counts = [whole(each) for each in (run.rows_done, run.added, run.changed, run.refused, run.flagged)]
    name = cells.two_lines(run.file_name, run.ref)
    url = reverse("connectors:source_run", args=[run.ref])
    return Row(url, [name, cells.badge(label, tone), *counts, cells.ago(run.started_at)], label=run.ref)


def run_state(run: ImportRun) -> tuple[str, cells.Tone]:
    """A run's state in words and colour."""
    if run.state == ImportRun.State.FAILED:
        return _("Stopped"), "overdue"
    if run.state != ImportRun.State.DONE:
        return _("Running"), "info"
    if run.is_dry:
        return _("Tried"), "neutral"
    return (_("Done, some rows refused"), "soon") if run.refused else (_("Done"), "good")


def source_facts(source: Source) -> list[FactGroup]:
    """What is agreed about a source, and how its columns are read."""
    agreed = [
        Fact(_("Kind"), source.get_kind_display()),
        Fact(_("Belongs to"), source.owner.label),
        Fact(_("Trust"), source.trust, hint=_("0 to 100: where sources disagree, the more trusted one is believed.")),
        Fact(_("Country of numbers and addresses"), source.country),
        Fact(_("Takes files"), _("Yes") if source.is_active else _("No")),
    ]
    places = {field: place for place, field in enumerate(BY_CODE)}
    saved = sorted(((places[field], column) for column, field in source.mapping.items() if field in BY_CODE))
    read = [Fact(column, BY_CODE[source.mapping[column]].label) for _place, column in saved]
    return [FactGroup(_("Agreed"), agreed), *([FactGroup(_("Saved columns"), read)] if read else [])]


def flag_lines(counts: list[tuple[str, int]]) -> list[tuple[str, str]]:
    """What is doubtful, in words, and how often."""
    return [(flag_words(flag), whole(count)) for flag, count in counts]


def run_counts(run: ImportRun) -> list[tuple[str, str]]:
    """What became of the rows so far."""
    counts = (
        (_("New records"), run.added),
        (_("Changed"), run.changed),
        (_("As before"), run.unchanged),
        (_("Refused"), run.refused),
        (_("To look at"), run.flagged),
    )
    return [(label, whole(count)) for label, count in counts]


def refusal_lines(run: ImportRun) -> list[tuple[str, str]]:
    """Why rows were refused, in words, and how often."""
    counts = sorted(run.refusals.items(), key=lambda each: -each[1])
    return [(problem_words(code), whole(count)) for code, count in counts]


def import_action(actor: Actor, source: Source) -> Action | None:
    """The button that takes a file in."""
    if not source.is_active or not actor.may(IMPORT):
        return None
    url = reverse("connectors:source_upload", args=[source.code])
    return Action(_("Import a file"), url, is_primary=True, icon="upload")


def edit_action(actor: Actor, source: Source) -> Action | None:
    """The button that changes what is agreed."""
    url = reverse("connectors:source_edit", args=[source.code])
    return Action(_("Edit"), url, icon="pencil") if actor.may(MANAGE) else None


def quality_url(actor: Actor, source: Source) -> str:
    """Where the quality of a source's records shows; empty for who may not look."""
    url = reverse("customers:quality_board", query={"source": source.code})
    return url if actor.may(QUALITY) else ""


def file_url(run: ImportRun) -> str:
    """The page on which a run's file was decided on, read as it was."""
    if run.document is None:
        return ""
    asked = {name: run.plan[name] for name in ("sheet", "encoding") if run.plan.get(name)}
    return reverse("connectors:source_file", args=[run.document.ref], query=asked)


def encoding_words(encoding: str) -> str:
    """An encoding as spreadsheets call it."""
    return _ENCODINGS.get(encoding, encoding.upper())


def other_encodings(encoding: str) -> list[tuple[str, str]]:
    """Codes and names of the encodings a text may be read in instead; none where the file itself names its own."""
    if encoding.startswith(("utf-16", "utf-32")):
        return []
    offered = {"utf-8": "utf-8", "gb18030": "gb18030", "big5": "big5hkscs"}
    return [(code, encoding_words(codec)) for code, codec in offered.items() if codec != encoding]


def rows_words(count: int) -> str:
    """``1,234 rows``."""
    return ngettext("%(rows)s row", "%(rows)s rows", count) % {"rows": whole(count)}


def records_words(count: int) -> str:
    """``1,234 records in all``."""
    return ngettext("%(records)s record in all", "%(records)s records in all", count) % {"records": whole(count)}
