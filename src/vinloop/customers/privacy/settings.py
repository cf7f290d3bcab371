"""What an administrator may change about answers by law and about how long things are kept.

Thirty days are within the month of GDPR article 12 (3). PIPL article 50 only asks for a prompt answer; of apps the
Chinese authorities ask it within 15 working days (App违法违规收集使用个人信息行为认定方法, 2019, article 6): the number
can be lowered.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.settings import Setting, declare_settings

DAYS, DOWNLOAD_DAYS, ROWS, SALE_YEARS = (
    "customers.privacy_days",
    "customers.privacy_download_days",
    "customers.export_rows",
    "customers.retain_sale_years",
)
PROSPECTS, LOST, VERSIONS, QUARANTINE = (
    "customers.retain_prospect_months",
    "customers.retain_lost_lead_months",
    "customers.retain_version_months",
    "customers.retain_quarantine_months",
)
_LAW, _KEEPING = _("Requests by law"), _("How long personal data are kept")


def declare_privacy_settings() -> None:
    """Called once when Django is ready."""
    declare_settings(
        _number(
            DAYS, 30, _("Days to answer a request by law"), _LAW,
            _("The GDPR gives one month. In China 15 working days are customary: set 21."), 1, 90,
        ),
        _number(
            DOWNLOAD_DAYS, 14, _("Days a person's data can be downloaded"), _LAW,
            _("Counted from the day the request was answered."), 1, 90,
        ),
        _number(
            ROWS, 10_000, _("Most customers in one export"), _LAW,
            _("A longer list has to be narrowed down first."), 1, 200_000,
        ),
        _number(
            SALE_YEARS, 10, _("Years orders and sales are kept"), _KEEPING,
            _("Told to people who ask for erasure, as the reason why a sale stays."), 1, 50,
        ),
        _months(PROSPECTS, 24, _("Months until a silent prospect is forgotten")),
        _months(LOST, 24, _("Months until what was said about a lost lead is forgotten")),
        _months(VERSIONS, 12, _("Months older versions of source records are kept")),
        _months(QUARANTINE, 6, _("Months documents in quarantine are kept")),
    )  # fmt: skip


def _months(name: str, default: int, label: Any) -> Setting:
    return _number(name, default, label, _KEEPING, _("0 keeps it for ever."), 0, 240)


def _number(name: str, default: int, label: Any, section: Any, hint: Any, *limits: int) -> Setting:
    return Setting(
        name=name, kind="int", default=default, label=label, hint=hint, section=section,
        minimum=limits[0], maximum=limits[1],
    )  # fmt: skip
