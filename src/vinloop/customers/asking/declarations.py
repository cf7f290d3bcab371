"""What this corner declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.asking.actions import A_DAY, ASK, GRANT
from vinloop.customers.events import AccessRequestNotFound, AskingRefused
from vinloop.kernel.accounts.notices import NoticeKind, declare_notice
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.settings import Setting, declare_settings
from vinloop.kernel.web.menu import MenuEntry, declare_menu

NOTICE = "customers.access"
_DEALERS = ("dealer", "service_station", "region")


def declare_asking() -> None:
    """Menu entries of both sides, the limit, the mail, and what the API answers."""
    declare_menu(
        MenuEntry("customers.asked", _("Customers asked for"), "customers:asked_list", "user-question", ASK, 42,
                  _DEALERS),
        MenuEntry("customers.asked_queue", _("Access requests"), "customers:asked_queue", "user-question", GRANT, 504,
                  ("manufacturer",), group=_("Data")),
    )  # fmt: skip
    declare_settings(
        Setting(
            A_DAY, "int", 20, _("Customers a dealer may ask for in a day"),
            hint=_("So that nobody tries out numbers. What is asked is the same whether or not somebody is known."),
            section=_("Customers"), minimum=1, maximum=500,
        )
    )  # fmt: skip
    declare_notice(NoticeKind(NOTICE, _("Answers to access requests"), (ASK,), _DEALERS))
    register_problem(AccessRequestNotFound, 404, "access-request-not-found", _("There is no such access request"))
    register_problem(
        AskingRefused, 409, "asking-refused", _("This cannot be asked for now"),
        members=lambda error: {"detail": str(error.message), "code": error.code},
    )  # fmt: skip
