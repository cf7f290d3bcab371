"""What the connectors declare when Django is ready: permissions, and who handles which channel."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.connectors.adf import capture as adf
from vinloop.connectors.adf import refusal as adf_refusal
from vinloop.connectors.mail import readers as mail
from vinloop.connectors.mail.addresses import problem_of
from vinloop.connectors.mail.listener import ADDRESSES
from vinloop.connectors.personal_data import connector_data
from vinloop.connectors.tabular import importing as tabular
from vinloop.connectors.tabular import refusal as table_refusal
from vinloop.connectors.tabular.jobs import handle_table
from vinloop.connectors.tabular.records import uploads
from vinloop.connectors.tabular.records.jobs import handle_records
from vinloop.connectors.tabular.records.words import stopped_words
from vinloop.connectors.webhooks.delivery import ALLOW_PRIVATE
from vinloop.connectors.webhooks.reader import webhook_reader
from vinloop.connectors.words import declare_words
from vinloop.customers.personal_data import declare_personal_data
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.events import spell_field
from vinloop.kernel.events.readers import register_reader
from vinloop.kernel.intake.channels import register_channel
from vinloop.kernel.intake.remarks import declare_remarks
from vinloop.kernel.settings import Setting, declare_settings
from vinloop.kernel.web.menu import MenuEntry, declare_menu


def declare() -> None:
    """Called once when Django is ready."""
    declare_personal_data(connector_data())
    declare_permissions({"connectors.webhook:manage": _("Manage webhooks")})
    declare_words()
    declare_remarks({**adf_refusal.WORDS, **table_refusal.WORDS})
    _declare_settings()
    _declare_channels()
    _declare_menu()
    spell_field("customers.RecordsStopped", "problem", stopped_words)
    register_reader(webhook_reader())


def _declare_settings() -> None:
    declare_settings(
        Setting(
            name=ADDRESSES,
            kind="text",
            default="",
            label=_("Mail addresses that take leads"),
            hint=_("Separated by commas; @example.com means all of them. Empty: every address is taken."),
            section=_("Connections"),
            check=problem_of,
        ),
        Setting(
            name=ALLOW_PRIVATE,
            kind="bool",
            default=False,
            label=_("Webhooks may go to addresses inside our own network"),
            hint=_("Only where everybody who may add webhooks may also reach that network. Also allows http."),
            section=_("Connections"),
        ),
    )


def _declare_channels() -> None:
    register_channel(adf.CHANNEL, adf.handle_file, _("ADF by HTTP"))
    register_channel(mail.CHANNEL, mail.handle_mail, _("E-mail"))
    register_channel(tabular.CHANNEL, handle_table, _("Imported table"))
    register_channel(uploads.CHANNEL, handle_records, _("Customer file"))
    mail.register_mail_reader(adf.CHANNEL, adf.take_mail)


def _declare_menu() -> None:
    declare_menu(
        MenuEntry(
            key="connectors.webhooks",
            label=_("Webhooks"),
            url_name="connectors:webhooks",
            icon="webhook",
            permission="connectors.webhook:manage",
            position=910,
            group=_("Administration"),
        ),
        MenuEntry(
            key="connectors.imports",
            label=_("Imports"),
            url_name="connectors:imports",
            icon="table-import",
            permission="leads.lead:import",
            position=60,
        ),
        MenuEntry(
            key="connectors.sources",
            label=_("Sources"),
            url_name="connectors:sources",
            icon="database-import",
            permission="customers.source:read",
            position=503,
            group=_("Data"),
        ),
    )
