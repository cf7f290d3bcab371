"""Writes the lead's state diagram and table of transitions into docs/modules.md, from the rules themselves.

``python tools/state_diagram.py`` refreshes the page, ``--check`` fails when it is out of date. What stands between the
two markers is made here; everything else on the page is written by hand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vinloop.leads.rules.states import FINAL, TRANSITIONS, Transition

PAGE = Path(__file__).resolve().parent.parent / "docs" / "modules.md"
BEGIN = "<!-- made by tools/state_diagram.py: begin -->"
END = "<!-- made by tools/state_diagram.py: end -->"

# How a lead begins: the only changes without a row in the table, for there is no state before.
ARRIVALS = (
    ("[*]", "new", "captured"),
    ("[*]", "accepted", "captured by a dealer"),
)


@dataclass(frozen=True, slots=True)
class _Untouched:
    """A lead with which nothing has happened, to ask a guard what it wants."""

    status: str
    is_hot: bool = False
    has_contact: bool = False


def render() -> str:
    """The diagram and the table, as Markdown."""
    return "\n".join([BEGIN, "", *_diagram(), "", *_table(), "", END])


def page_with(made: str, page: str) -> str:
    """The page with the part between the markers replaced. Raises ``ValueError`` for a page without markers."""
    before, _begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} lacks the markers {BEGIN} and {END}")
    return before + made + after


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    labels: dict[tuple[str, str], list[str]] = {}
    for source, target, label in (*ARRIVALS, *((row.source, row.target, row.name) for row in TRANSITIONS)):
        labels.setdefault((source, target), []).append(label)
    for (source, target), names in labels.items():
        yield f"    {source} --> {target} : {' / '.join(names)}"
    for state in sorted(FINAL):
        yield f"    {state} --> [*]"
    yield "```"


def _table() -> Iterator[str]:
    yield "| transition | from | to | permission | a button | refused while |"
    yield "|---|---|---|---|---|---|"
    for row in TRANSITIONS:
        button = "yes" if row.is_button else ""
        yield f"| `{row.name}` | {row.source} | {row.target} | `{row.permission}` | {button} | {_refusal(row)} |"


def _refusal(row: Transition) -> str:
    """The code with which the guard turns an untouched lead away."""
    reason = row.guard(_Untouched(row.source)) if row.guard else None
    return f"`{reason}`" if reason else ""


def main() -> int:
    """Write the page, or say whether it is up to date."""
    parser = argparse.ArgumentParser(description="The lead's state diagram in docs/modules.md")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is out of date")
    is_check = parser.parse_args().check
    page = PAGE.read_text(encoding="utf-8")
    wanted = page_with(render(), page)
    if wanted == page:
        return 0
    if is_check:
        sys.stderr.write("docs/modules.md is out of date; run: python tools/state_diagram.py\n")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
