"""The parts of a scope (regions, dealers, consultants) as lines of a table, each leading on to its own board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from vinloop.insight.queries.aggregates import Block
from vinloop.insight.queries.scope import may_see_parts, parts_of
from vinloop.insight.rules.metrics import Counts
from vinloop.insight.views.asked import Asked
from vinloop.insight.views.page import none_label
from vinloop.insight.views.tables import Line

HEADS = {"region": _("Region"), "dealer": _("Dealer"), "consultant": _("Consultant")}


def part_lines(
    asked: Asked, page: str, blocks: Sequence[Block], trends: Mapping[int | None, Sequence[int]] | None = None
) -> list[Line]:
    """A line for every part, also for one with nothing yet; what belongs to no part comes last."""
    if not may_see_parts(asked.actor, asked.scope):
        return []
    labels = parts_of(asked.scope)
    weeks = trends or {}
    lines = [
        Line(label, _counts(blocks, key), url=_url(asked, page, code), trend=_weeks(weeks, key), code=code)
        for key, (code, label) in labels.items()
    ]
    if any(None in block.parts for block in blocks):
        lines.append(Line(none_label(asked), _counts(blocks, None), trend=_weeks(weeks, None)))
    return lines


def _url(asked: Asked, page: str, code: str) -> str:
    kind = "consultant" if asked.scope.parts == "consultant" else "organisation"
    return asked.page(page, **{kind: code})


def _counts(blocks: Sequence[Block], key: int | None) -> Counts:
    """What every block says of a part; a part without rows has none of anything, not nothing known."""
    found: dict[str, float | None] = {}
    for block in blocks:
        zeros = {name: 0 for name, value in block.total.now.items() if isinstance(value, int)}
        part = block.parts.get(key)
        found.update(zeros | dict(part.now) if part else zeros)
    return found


def _weeks(trends: Mapping[int | None, Sequence[int]], key: int | None) -> Sequence[int]:
    return trends.get(key) or [0] * 12
