"""The sample files, as they arrive in real life, give what expected.json says."""

import json
from pathlib import Path
from typing import Any

import pytest

from vinloop.connectors.adf import AdfLead, emit_adf, extract_adf, parse_adf, to_submissions

SAMPLES = Path(__file__).parents[2] / "data" / "adf"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))


def leads_of(name: str) -> list[AdfLead]:
    data = (SAMPLES / name).read_bytes()
    files = extract_adf(data) if name.endswith(".eml") else [data]
    assert len(files) == 1
    return to_submissions(parse_adf(files[0]))


def summary(leads: list[AdfLead]) -> dict[str, Any]:
    lead = leads[0]
    trade_in = lead.trade_in
    return {
        "leads": len(leads),
        "first": lead.first_name,
        "last": lead.last_name,
        "full": lead.full_name,
        "email": lead.emails[0] if lead.emails else None,
        "make": lead.make,
        "model": lead.model,
        "year": lead.year,
        "interest": lead.interest,
        "second_name": leads[-1].full_name,
        "trade_in_model": trade_in.model if trade_in else None,
        "trade_in_odometer_km": trade_in.odometer_km if trade_in else None,
        "price": float(lead.price_amount) if lead.price_amount is not None else None,
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_gives_the_expected_lead(name: str) -> None:
    found = summary(leads_of(name))
    wanted = {key: value for key, value in EXPECTED[name].items() if key in found}
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("name", EXPECTED)
def test_phone_stays_as_typed(name: str) -> None:
    wanted = EXPECTED[name].get("phone_e164", "")
    typed = "".join(char for char in leads_of(name)[0].phones[0] if char.isdigit())
    assert typed in wanted or not wanted


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith(".xml")])
def test_sample_survives_writing_and_reading(name: str) -> None:
    document = parse_adf((SAMPLES / name).read_bytes())
    assert parse_adf(emit_adf(document)) == document
