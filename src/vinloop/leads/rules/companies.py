"""Whether a name typed in a hurry is a person's or a company's."""

from __future__ import annotations

import re
from typing import Literal

_COMPANY = re.compile(
    r"(公司|集团|工厂|事务所|合作社|经营部|商行|[\s,.](co|ltd|llc|llp|inc|gmbh|corp|plc)|株式会社)\.?$", re.IGNORECASE
)
_GOVERNMENT = re.compile(r"(政府|委员会|管理局|公安局|税务局|财政局|交通局|法院|检察院|派出所)$")


def kind_of(name: str) -> Literal["person", "company", "government"]:
    """What the end of a registered name says; without such an end it is a person."""
    text = name.strip()
    if _GOVERNMENT.search(text):
        return "government"
    return "company" if _COMPANY.search(text) else "person"
