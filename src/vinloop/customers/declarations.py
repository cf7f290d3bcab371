"""What the customers room declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.asking.declarations import declare_asking
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.models import Consent
from vinloop.customers.panels import FINDER
from vinloop.customers.privacy.declarations import declare_privacy
from vinloop.customers.quality.declarations import declare_quality
from vinloop.customers.queries import READ
from vinloop.customers.references import Reference, declare_reference
from vinloop.customers.steward_declarations import declare_stewardship
from vinloop.customers.survivorship_settings import declare_survivorship
from vinloop.customers.words import (
    CONSENT_ANSWERS,
    CONTACT_CHANGES,
    RELATIONS,
    field_words,
    not_found_members,
    reason_words,
)
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.events import spell_field, spell_payload
from vinloop.kernel.web.finding import declare_finder
from vinloop.kernel.web.menu import MenuEntry, declare_menu


def declare() -> None:
    """Called once when Django is ready."""
    _references()
    declare_survivorship()
    declare_stewardship()
    declare_asking()
    declare_privacy()
    declare_quality()
    _permissions()
    declare_menu(MenuEntry("customers.customers", _("Customers"), "customers:customer_list", "users", READ, 40))
    declare_finder(FINDER)
    register_problem(
        CustomerNotFound, 404, "customer-not-found", _("There is no such customer"), members=not_found_members
    )
    _spellings()


def _references() -> None:
    declare_reference(
        Reference("customers_contactpoint", unique=("kind", "value")),
        Reference("customers_address", unique=("door",)),
        Reference("customers_consent"),
        Reference("customers_customeraccess", unique=("organisation_id", "kind")),
        Reference("customers_relation", unique=("other_id", "kind"), apart="other_id"),
        Reference("customers_relation", "other_id", unique=("customer_id", "kind"), apart="customer_id"),
        Reference("customers_privacyrequest"),
        Reference("customers_accessrequest"),
    )


def _permissions() -> None:
    declare_permissions(
        {
            "customers.customer:read": _("See customers"),
            "customers.customer:edit": _("Correct customer data"),
            "customers.customer:unmask": _("See hidden numbers and addresses, for a reason (recorded)"),
            "customers.consent:edit": _("Record consent"),
            "customers.source:read": _("See sources and what they sent"),
            "customers.source:manage": _("Register sources"),
            "customers.source:import": _("Import customer files"),
            "customers.access:request": _("Ask for a customer other dealers know"),
            "customers.quality:read": _("See data quality"),
            "customers.customer:export": _("Export customer lists (recorded)"),
        }
    )
    declare_permissions(
        {
            "customers.identity:read": _("See why records are one customer"),
            "customers.identity:decide": _("Merge, split and review customers"),
            "customers.identity:resolve": _("Run identity resolution"),
            "customers.privacy:manage": _("Answer access, correction and erasure requests"),
            "customers.access:grant": _("Let dealers see customers"),
        },
        is_central=True,
    )


def _spellings() -> None:
    spell_field("customers.ConsentRecorded", "channel", lambda code: dict(Consent.Channel.choices).get(code, code))
    spell_field("customers.ConsentRecorded", "answer", lambda code: CONSENT_ANSWERS.get(code, code))
    spell_field("customers.CustomerEdited", "fields", field_words)
    spell_field("customers.CustomerUnmasked", "field", field_words)
    spell_payload("customers.CustomerUnmasked", "detail", reason_words)
    spell_field("customers.FieldReleased", "fields", field_words)
    spell_field("customers.ContactPointChanged", "field", field_words)
    spell_field("customers.ContactPointChanged", "change", lambda code: CONTACT_CHANGES.get(code, code))
    for kind in ("RelationAdded", "RelationRemoved"):
        spell_field(f"customers.{kind}", "relation", lambda code: RELATIONS.get(code, code))
