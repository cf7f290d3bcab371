"""What the room declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.after_resolving import declare_after_resolving
from vinloop.customers.personal_data import declare_personal_data
from vinloop.customers.references import Reference, declare_reference
from vinloop.customers.vehicle_slot import declare_vehicles
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.events import spell_field
from vinloop.kernel.events.readers import register_reader
from vinloop.kernel.web.finding import declare_finder
from vinloop.kernel.web.menu import MenuEntry, declare_menu
from vinloop.kernel.web.slots import fill_slot
from vinloop.vehicles.actions.car_search import car_tokens
from vinloop.vehicles.actions.recorded import derive_ownerships
from vinloop.vehicles.events import RoleNotFound
from vinloop.vehicles.finder import FINDER
from vinloop.vehicles.models import Ownership
from vinloop.vehicles.panels import cars_of_customer, vehicles_in_api
from vinloop.vehicles.personal_data import vehicle_data
from vinloop.vehicles.subscribers import IDENTITY_READER
from vinloop.vehicles.words import catalogue_words, model_words, role_words

# Which car, in which role (``words`` spells it) and since when: what a steward chooses by when a customer is split.
_CAR = "(SELECT v.vin FROM vehicles_vehicle v WHERE v.id = t.vehicle_id) || ' · ' || t.role || ' · ' || t.since"


def declare() -> None:
    """Make the room's permissions, facts, menu entry and customer panel known."""
    declare_personal_data(vehicle_data())
    roles = dict(Ownership.Role.choices)
    declare_reference(Reference("vehicles_ownership", label=_("Cars"), title=_CAR, words=roles, tokens=car_tokens))
    declare_permissions(
        {
            "vehicles.catalogue:manage": _("Manage brands, models and prices"),
            "vehicles.vehicle:read": _("See vehicles and their owners"),
            "vehicles.ownership:manage": _("Say who owns, drives or pays for a car"),
        }
    )
    declare_menu(
        MenuEntry(
            key="vehicles.catalogue",
            label=_("Catalogue"),
            url_name="vehicles:model_list",
            icon="car",
            permission="vehicles.catalogue:manage",
            position=871,
            kinds=("manufacturer",),
            group=_("Administration"),
        )
    )
    fill_slot("customers.customer_top", cars_of_customer, permission="vehicles.vehicle:read", position=20)
    declare_vehicles(vehicles_in_api)
    declare_after_resolving("vehicles", derive_ownerships)
    register_reader(IDENTITY_READER)
    register_problem(RoleNotFound, 404, "role-not-found", _("There is no such car at this customer"))
    declare_finder(FINDER)
    for kind in ("VehicleRegistered", "OwnershipStarted", "OwnershipEnded"):
        spell_field(f"vehicles.{kind}", "model", model_words)
    for kind in ("OwnershipStarted", "OwnershipEnded"):
        spell_field(f"vehicles.{kind}", "role", role_words)
    spell_field("vehicles.CatalogueChanged", "code", catalogue_words)
