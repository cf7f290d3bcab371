"""Which dealer gets a lead, and why. Weighted, explainable and the same for one lead or fifty thousand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DEFAULT_WEIGHTS: Mapping[str, float] = {
    "wish": 100.0,
    "territory": 40.0,
    "distance": 30.0,
    "capacity": 20.0,
    "open_now": 5.0,
    "declines": -15.0,
}
NEAR_KM, FAR_KM = 5.0, 150.0


@dataclass(frozen=True, slots=True)
class DealerOption:
    """A dealer as the choice sees it. Coordinates in degrees, capacity in open leads."""

    id: int
    name: str
    brand_ids: frozenset[int]
    cities: frozenset[str]
    provinces: frozenset[str]
    latitude: float | None
    longitude: float | None
    capacity: int
    weight: float
    accepts_leads: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the customer is, as far as it is known."""

    city: str
    province: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """One dealer's total and its parts; kept with the assignment to answer "why this dealer"."""

    dealer_id: int
    total: float
    parts: tuple[tuple[str, float], ...]
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class DealerState:
    """What changes from lead to lead about a dealer. ``decline_rate`` is the share of leads declined or timed out."""

    open_leads: int
    is_open: bool
    decline_rate: float
    is_wished: bool


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine, Earth radius 6371 km)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    a = math.sin((p2 - p1) / 2) ** 2
    a += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(a))


def refusal(brand_id: int, dealer: DealerOption, open_leads: int, *, had_before: bool) -> str | None:
    """Why a dealer can't have a lead at all, as a code; ``None`` when it can."""
    if not dealer.accepts_leads:
        return "not_accepting"
    if brand_id not in dealer.brand_ids:
        return "brand_not_sold"
    if had_before:
        return "had_it_before"
    if open_leads >= dealer.capacity:
        return "full"
    return None


def place_score(lead: Wanted, dealer: DealerOption, weights: Mapping[str, float] = DEFAULT_WEIGHTS) -> Score:
    """The part of a dealer's score that depends on the place only: own territory and distance."""
    away = _away(lead, dealer)
    fits = {"territory": _territory_fit(lead, dealer), "distance": _distance_fit(away)}
    return _scored(dealer, _points(fits, weights), None if away is None else round(away, 1))


def score(
    placed: Score, dealer: DealerOption, state: DealerState, weights: Mapping[str, float] = DEFAULT_WEIGHTS
) -> Score:
    """How well a dealer fits: each part is weight × fit (0 to 1); the sum is scaled by the dealer's weight.

    ``placed`` is the dealer's ``place_score`` for the lead.
    """
    fits = {
        "wish": float(state.is_wished),
        "capacity": 1.0 - state.open_leads / dealer.capacity if dealer.capacity else 0.0,
        "open_now": float(state.is_open),
        "declines": state.decline_rate,
    }
    return _scored(dealer, placed.parts + _points(fits, weights), placed.distance_km)


def most_to_gain(weights: Mapping[str, float]) -> float:
    """The most points a dealer can have beyond its place without being the one the customer wished for."""
    return sum(max(0.0, weights.get(name, 0.0)) for name in ("capacity", "open_now", "declines"))


def rank(scores: Iterable[Score]) -> list[Score]:
    """Best first; equal totals go to the nearer and then to the smaller id, so the choice can be repeated."""
    return sorted(scores, key=lambda s: (-s.total, math.inf if s.distance_km is None else s.distance_km, s.dealer_id))


def _points(fits: Mapping[str, float], weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(weights.get(name, 0.0) * fit, 2)) for name, fit in fits.items() if fit)


def _scored(dealer: DealerOption, parts: tuple[tuple[str, float], ...], away: float | None) -> Score:
    return Score(dealer.id, round(sum(points for _, points in parts) * dealer.weight, 2), parts, away)


def _away(lead: Wanted, dealer: DealerOption) -> float | None:
    if lead.latitude is None or lead.longitude is None or dealer.latitude is None or dealer.longitude is None:
        return None
    return distance_km(lead.latitude, lead.longitude, dealer.latitude, dealer.longitude)


def _territory_fit(lead: Wanted, dealer: DealerOption) -> float:
    if lead.city and lead.city in dealer.cities:
        return 1.0
    return 0.5 if lead.province and lead.province in dealer.provinces else 0.0


def _distance_fit(away: float | None) -> float:
    if away is None:
        return 0.0
    if away <= NEAR_KM:
        return 1.0
    return max(0.0, 1.0 - math.log(away / NEAR_KM) / math.log(FAR_KM / NEAR_KM))
