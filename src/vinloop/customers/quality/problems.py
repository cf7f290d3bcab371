"""The problems a source record may have: each one condition, which counts records and lists them alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy

from vinloop.customers.doubts import flag_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Literal["complete", "valid", "single", "fresh"]
FLAG = "flag:"
# ``as_of`` is an ISO day: texts compare as days do, and an empty one is older than any.
_AGE = (
    "{r}.standard->>'as_of' <> '' AND {r}.standard->>'as_of' < to_char(date '{day}' - interval '%s months',"
    " 'YYYY-MM-DD')"
)
_TWIN = (
    "EXISTS (SELECT FROM customers_sourcerecord t WHERE t.customer_id = {r}.customer_id AND t.source = {r}.source"
    " AND t.branch = {r}.branch AND t.id < {r}.id)"
)
_DOUBTFUL = (
    "EXISTS (SELECT FROM customers_reviewpair p WHERE p.state = 'open' AND p.one_id = {r}.id)"
    " OR EXISTS (SELECT FROM customers_reviewpair p WHERE p.state = 'open' AND p.two_id = {r}.id)"
)
_FLAG = re.compile(r"[a-z_]+:[a-z_]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that may be wrong. ``sql`` is true for a record ``{r}`` that has it on the day ``{day}``.

    Pairs under review are for those who decide about identity (``is_for_all`` false).
    """

    code: str
    kind: Kind
    label: StrOrPromise
    definition: StrOrPromise
    sql: str
    is_for_all: bool = True

    def where(self, row: str, day: date) -> str:
        """The condition for the records of a table or alias."""
        return self.sql.format(r=row, day=day.isoformat())


def _no_text(field: str, label: StrOrPromise, definition: StrOrPromise) -> Problem:
    return Problem(f"no_{field}", "complete", label, definition, f"coalesce({{r}}.standard->>'{field}', '') = ''")


def _no_list(name: str) -> str:
    return f"coalesce(jsonb_array_length({{r}}.standard->'{name}'), 0) = 0"


PROBLEMS: tuple[Problem, ...] = (
    Problem("no_reach", "complete", gettext_lazy("No phone or e-mail"),
            gettext_lazy("Neither a phone number nor an e-mail address that can be read: nobody can be reached."),
            f"{_no_list('phones')} AND {_no_list('emails')}"),
    _no_text("name", gettext_lazy("No name"), gettext_lazy("The name is empty.")),
    Problem("no_phone", "complete", gettext_lazy("No phone"),
            gettext_lazy("No phone number that can be read."), _no_list("phones")),
    Problem("no_email", "complete", gettext_lazy("No e-mail"),
            gettext_lazy("No e-mail address that can be read."), _no_list("emails")),
    _no_text("address", gettext_lazy("No address"), gettext_lazy("The address is empty.")),
    Problem("no_id", "complete", gettext_lazy("No ID number"),
            gettext_lazy("No identity number, not even a masked one."), "coalesce({r}.standard->>'id_kind', '') = ''"),
    _no_text("vin", gettext_lazy("No VIN"), gettext_lazy("No whole vehicle identification number.")),
    _no_text("plate", gettext_lazy("No number plate"), gettext_lazy("No number plate that can be read.")),
    Problem("flagged", "valid", gettext_lazy("Something doubtful"),
            gettext_lazy("At least one value was damaged, could not be read, or contradicts another."),
            "cardinality({r}.flags) > 0"),
    Problem("duplicate", "single", gettext_lazy("Duplicate within one source"),
            gettext_lazy("The same source and branch has an older record of the same customer."), _TWIN),
    Problem("in_review", "single", gettext_lazy("Waiting for review"),
            gettext_lazy("The record is one of a pair that may be one customer; a person has to decide."),
            _DOUBTFUL, is_for_all=False),
    Problem("waiting", "single", gettext_lazy("Not resolved yet"),
            gettext_lazy("Not tied to a customer yet; the next run does that."), "{r}.customer_id IS NULL"),
    Problem("old_12", "fresh", gettext_lazy("Older than 12 months"),
            gettext_lazy("The source last touched the record more than 12 months ago."), _AGE % 12),
    Problem("old_24", "fresh", gettext_lazy("Older than 24 months"),
            gettext_lazy("The source last touched the record more than 24 months ago."), _AGE % 24),
    _no_text("as_of", gettext_lazy("Age not known"),
             gettext_lazy("The source does not say when it last touched the record.")),
)  # fmt: skip
BY_PROBLEM = {problem.code: problem for problem in PROBLEMS}
# What a record is ranked by: each of these keeps somebody from being reached or recognised.
WEIGHED = ("no_reach", "no_name", "no_address", "flagged", "duplicate", "old_24")


def where(code: str, row: str, day: date) -> str | None:
    """The condition of a problem by its code; None for no such problem."""
    if code.startswith(FLAG):
        flag = code.removeprefix(FLAG)
        return f"{row}.flags @> ARRAY['{flag}']::varchar[]" if _FLAG.fullmatch(flag) else None
    return BY_PROBLEM[code].where(row, day) if code in BY_PROBLEM else None


def problem_words(code: str) -> str:
    """A problem in the reader's language: a declared one, or ``flag:phone:too_short``; empty for no such problem."""
    if code.startswith(FLAG):
        return flag_words(code.removeprefix(FLAG))
    return str(BY_PROBLEM[code].label) if code in BY_PROBLEM else ""
