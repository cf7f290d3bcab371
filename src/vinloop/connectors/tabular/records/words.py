"""Why a row could not be taken, in words a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from vinloop.kernel.intake.remarks import Remark, spell_remark

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PROBLEMS: Mapping[str, StrOrPromise] = {
    "says_nothing": gettext_lazy("Nobody to recognise: no name, phone, e-mail, ID number, VIN or plate"),
    "key_too_long": gettext_lazy("The key is longer than 120 characters"),
    "key_rounded": gettext_lazy("A spreadsheet rounded the key; export it again as text"),
    "cell_too_long": gettext_lazy("A cell is longer than 20,000 characters"),
    "too_many_cells": gettext_lazy("The row has more than 1,000 cells"),
    "nul_character": gettext_lazy("A cell holds NUL characters"),
    "not_json": gettext_lazy("The line is no JSON object"),
    "unclosed_card": gettext_lazy("The card breaks off before its end"),
}

_STOPPED: Mapping[str, StrOrPromise] = {
    "interrupted": gettext_lazy("The program was interrupted. Run the command again: it goes on."),
    "by_hand": gettext_lazy("Somebody stopped it. What was taken in stays."),
    "fault": gettext_lazy("The program could not take the next rows. What was taken in stays; tell an administrator."),
}
_UNREADABLE = gettext_lazy("The file can't be read any more. Import it again.")


def problem_words(code: str) -> str:
    """Why a row can't be taken."""
    return str(PROBLEMS.get(code, code))


def stopped_words(problem: str) -> str:
    """Why a run stopped."""
    words = str(_STOPPED.get(problem, "")) or spell_remark(Remark(problem))
    return words if words != problem else str(_UNREADABLE)
