"""What the tests of the doors share: a small network, a program's token, and what a file left behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.kernel.programs import Network, make_network, member, token_of

from vinloop.customers.models import ContactPoint
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import ReceivedDocument
from vinloop.leads.actions.registry import forget_codes
from vinloop.leads.models import Lead, Touch
from vinloop.vehicles.models import Brand, CarModel

AT = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[1] / "data" / "adf"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))
CAPTURE = "leads.lead:capture"


@dataclass(frozen=True)
class Doors:
    """The network and a token for headquarters and for a dealer."""

    network: Network
    token: str
    dealer_token: str


def make_doors() -> Doors:
    """A manufacturer with one brand, and programs that may capture."""
    forget_codes()
    network = make_network()
    brand = Brand.objects.create(code="aurora", name="曙光", name_en="Aurora")
    CarModel.objects.create(brand=brand, code="aurora-s", name="曙光 S", name_en="Aurora S")
    head = token_of(member("portal", network.root, CAPTURE), network.root)
    dealer = token_of(member("dms", network.dealer, CAPTURE), network.dealer)
    return Doors(network, head, dealer)


def documents() -> list[ReceivedDocument]:
    """Everything received, oldest first."""
    with acting(system_actor()):
        return list(ReceivedDocument.objects.order_by("pk"))


def leads() -> list[Lead]:
    """Every lead, oldest first."""
    with acting(system_actor()):
        return list(Lead.objects.order_by("pk").select_related("customer", "source", "brand"))


def touch_count() -> int:
    """How often interest arrived."""
    with acting(system_actor()):
        return Touch.objects.count()


def summary() -> dict[str, Any]:
    """The stored leads in the words of ``expected.json``."""
    found = leads()
    lead = found[0]
    with acting(system_actor()):
        points = dict(ContactPoint.objects.filter(customer=lead.customer).values_list("kind", "value"))
    return {
        "leads": len(found),
        "first": lead.customer.name.split(" ")[0],
        "last": lead.customer.name.split(" ")[-1],
        "full": lead.customer.name,
        "email": points.get("email"),
        "phone_e164": points.get("phone"),
        "make": lead.brand.name_en,
        "model": lead.model_text,
        "year": lead.model_year,
        "interest": lead.interest,
        "second_name": found[-1].customer.name,
        "trade_in_model": lead.trade_in.get("model"),
        "trade_in_odometer_km": lead.trade_in.get("odometer_km"),
        "price": None if lead.quoted_price is None else lead.quoted_price / 100,
    }


def expected(name: str) -> dict[str, Any]:
    """What the sample must give, without the remarks."""
    return {key: value for key, value in EXPECTED[name].items() if key not in ("accept", "note")}
