"""Permissions, settings and the menu entry of the insight room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.insight.queries.scope import BoardNotFound
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.settings import Setting, declare_settings
from vinloop.kernel.web.exports import name_exports
from vinloop.kernel.web.menu import MenuEntry, declare_menu


def declare() -> None:
    """Called once when Django is ready."""
    declare_permissions(
        {
            "insight.board:read": _("See the board of one's own organisation"),
            "insight.network:read": _("Compare regions and dealers"),
        }
    )
    declare_settings(
        Setting(
            name="insight.margin_percent",
            kind="percent",
            default=8,
            label=_("Margin per car (share of its price)"),
            hint=_("For the return on campaign costs."),
            section=_("Figures"),
            minimum=0,
            maximum=100,
        )
    )
    declare_menu(
        MenuEntry(
            key="insight",
            label=_("Board"),
            url_name="insight:board",
            icon="chart-bar",
            permission="insight.board:read",
            position=70,
            kinds=("manufacturer", "region", "dealer"),
        )
    )
    name_exports(
        {
            "board": _("Board"),
            "campaigns": _("Campaigns"),
            "funnel": _("Funnel"),
            "hand-overs": _("Hand-overs to dealers"),
            "loop": _("Stage by stage"),
            "response": _("Response time"),
            "showroom": _("Showroom"),
        }
    )
    register_problem(BoardNotFound, 404, "board-not-found", _("There is no such board, or you may not see it"))
