"""A row of a table in the words of capture. Nothing is normalised here: capture does that for every door alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from vinloop.leads.rules.submissions import (
    MAX_COMMENTS,
    ConsentInput,
    CustomerInput,
    InterestInput,
    Submission,
)

_YES = frozenset({"y", "yes", "true", "1", "是", "同意", "已同意", "授权", "已授权", "✓", "√", "on"})
_NO = frozenset({"n", "no", "false", "0", "否", "不同意", "未同意", "未授权", "拒绝", "x", "off"})
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a table is to be read.

    ``mapping`` names the column of each field of ``FIELDS``. ``source``, ``campaign`` and ``brand`` count where a row
    says nothing. ``is_dry`` tries everything and keeps nothing.
    """

    mapping: dict[str, str]
    source: str = "import"
    campaign: str = ""
    brand: str = ""
    sheet: str | None = None
    encoding: str | None = None
    is_dry: bool = False


def submission_of(record: Mapping[str, str], plan: ImportPlan, key: str) -> Submission:
    """One row as a submission; ``key`` identifies a row that brings no id of its own."""
    said = {field: record.get(header, "").strip() for field, header in plan.mapping.items()}

    def text(field: str) -> str:
        return said.get(field, "")

    return Submission(
        source=text("source") or plan.source,
        external_id=text("external_id") or key,
        campaign=text("campaign") or plan.campaign,
        customer=CustomerInput(
            name=text("name"),
            phones=[phone for phone in (text("phone"), text("phone2")) if phone],
            emails=[email for email in (text("email"),) if email],
            city=text("city"),
            address=text("address"),
        ),
        interest=InterestInput(
            brand=text("brand") or plan.brand,
            model=text("model"),
            year=_year(text("year")),
            trim=text("trim"),
            vin=text("vin"),
        ),
        timeframe=text("timeframe"),
        comments=text("comments")[:MAX_COMMENTS],
        consent=_consent(text("consent")),
    )


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found[0]) if found else None


def _consent(text: str) -> ConsentInput:
    """A clear yes or no to being written to and called; anything else says nothing."""
    word = text.lower()
    answer = True if word in _YES else False if word in _NO else None
    return ConsentInput(phone=answer, sms=answer, email=answer)
