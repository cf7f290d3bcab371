"""Sources and campaigns by code, remembered in the process; unknown ones are added as they are met."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction

from vinloop.leads.models import Campaign, LeadSource

_FAMILIES = {"web": "web", "hotline": "hotline", "event": "event", "referral": "referral", "showroom": "showroom"}
_UNSAFE = re.compile(r"[^\w.-]+")


class _Known:
    """Ids by code, per process. Codes are never reused, so nothing here goes stale."""

    sources: dict[str, int] = {}
    campaigns: dict[str, int] = {}


def code_of(text: str) -> str:
    """The code a typed source or campaign name stands for."""
    return _UNSAFE.sub("-", text.strip().lower()).strip("-")[:60]


def source_ids(names: Iterable[str]) -> dict[str, int]:
    """Ids of sources by the names given; a new source is listed for headquarters to name and file."""
    return _ids(names, _Known.sources, _make_source)


def campaign_ids(names: Iterable[str]) -> dict[str, int]:
    """Ids of campaigns by the names given; empty names have none."""
    return _ids(names, _Known.campaigns, _make_campaign)


def forget_codes() -> None:
    """Drop what is remembered; for tests and after a restore."""
    _Known.sources.clear()
    _Known.campaigns.clear()


def _ids(names: Iterable[str], known: dict[str, int], make: Callable[[str, str], int]) -> dict[str, int]:
    answer: dict[str, int] = {}
    for name in set(names):
        code = code_of(name)
        if not code:
            continue
        answer[name] = known.get(code) or make(code, name.strip())
        if code not in known:
            transaction.on_commit(partial(known.setdefault, code, answer[name]))
    return answer


def _make_source(code: str, name: str) -> int:
    family = _FAMILIES.get(code.split("-", maxsplit=1)[0], "portal")
    return LeadSource.objects.get_or_create(code=code, defaults={"name": name, "family": family})[0].pk


def _make_campaign(code: str, name: str) -> int:
    return Campaign.objects.get_or_create(code=code, defaults={"name": name})[0].pk
