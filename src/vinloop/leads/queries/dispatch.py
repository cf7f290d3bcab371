"""What the choice of a dealer looks at, loaded once for many leads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from vinloop.kernel.clocks import is_open
from vinloop.kernel.settings import get_setting
from vinloop.leads.rules.dispatch import (
    DealerOption,
    DealerState,
    Score,
    Wanted,
    most_to_gain,
    place_score,
    rank,
    refusal,
    score,
)
from vinloop.network.places import locate
from vinloop.network.queries import Dealer, dealer_directory
from vinloop.network.schedules import schedule_of

SHOWN = 5
_WAITING = """
SELECT l.id, l.ref, l.customer_id, l.brand_id, l.city, l.province, l.wished_dealer_id, l.level, l.model_text,
  ARRAY(SELECT a.owner_id FROM leads_assignment a WHERE a.lead_id = l.id)
FROM leads_lead l WHERE l.id = ANY (%s) AND l.status = 'ready' ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
"""
_LOAD = """
SELECT owner_id, count(*) FROM leads_lead WHERE status IN ('dispatched', 'accepted', 'working') GROUP BY owner_id
"""
_DECLINES = """
SELECT owner_id, avg((outcome IN ('declined', 'timed_out'))::int)::float8 FROM leads_assignment
WHERE dispatched_at > %s GROUP BY owner_id
"""


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """A lead that waits for a dealer, locked."""

    id: int
    ref: str
    customer_id: int
    brand_id: int
    city: str
    province: str
    wished_dealer_id: int | None
    level: str
    model_text: str
    had_dealers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Choice:
    """The dealer chosen, or why there is none; ``explanation`` is kept for "why this dealer"."""

    dealer_id: int | None
    refusal: str
    explanation: dict[str, Any]


def waiting_leads(lead_ids: Sequence[int]) -> list[WaitingLead]:
    """Lock and read those of the leads that wait for a dealer; others are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [list(lead_ids)])
        return [_waiting(*row) for row in cursor.fetchall()]


def _waiting(*row: Any) -> WaitingLead:
    lead_id, ref, customer_id, brand_id, city, province, wished_dealer_id, level, model_text, had_dealers = row
    return WaitingLead(
        lead_id,
        ref,
        customer_id,
        brand_id,
        city,
        province,
        wished_dealer_id,
        level,
        model_text,
        frozenset(had_dealers),
    )


@dataclass(slots=True)
class DealerChooser:
    """Chooses dealers for many leads, counting what it has given out itself.

    Territory and distance depend on the place and the brand only, so the best dealers for a place are looked up
    once; wish, load, opening and declines are weighed for each lead among these.
    """

    at: datetime
    options: dict[int, DealerOption]
    open_leads: dict[int, int]
    decline_rates: dict[int, float]
    weights: dict[str, float]
    gain: float
    _placed: dict[tuple[int, str, str], list[Score]] = field(default_factory=dict)
    _open: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def load(cls, leads: Sequence[WaitingLead], at: datetime) -> DealerChooser:
        """Read dealers, their load and their record; three queries at most."""
        since = at - timedelta(days=get_setting("leads.decline_days"))
        with connection.cursor() as cursor:
            cursor.execute(_LOAD)
            open_leads = dict(cursor.fetchall())
            cursor.execute(_DECLINES, [since])
            declines = dict(cursor.fetchall())
        options = {dealer.id: _option(dealer) for dealer in dealer_directory().values()}
        weights = get_setting("leads.dispatch_weights")
        gain = most_to_gain(weights) * max((dealer.weight for dealer in options.values()), default=1.0)
        return cls(at, options, open_leads, declines, weights, gain)

    def choose(self, lead: WaitingLead, *, only: int | None = None) -> Choice:
        """The best dealer for a lead, or the chosen one if it can take it; its load is counted up."""
        ranked, refusals = self._weigh(lead, only)
        if not ranked:
            return Choice(None, next(iter(refusals.values()), "no_dealer"), {"refused": _counted(refusals)})
        best = ranked[0]
        self.open_leads[best.dealer_id] = self.open_leads.get(best.dealer_id, 0) + 1
        return Choice(best.dealer_id, "", self._explain(ranked, refusals, is_chosen=only is not None))

    def preview(self, lead: WaitingLead) -> list[tuple[DealerOption, Score, int]]:
        """The dealers that would be asked, best first, with their open leads; nothing is counted."""
        ranked, _ = self._weigh(lead, None)
        return [(self.options[s.dealer_id], s, self.open_leads.get(s.dealer_id, 0)) for s in ranked[:SHOWN]]

    def _weigh(self, lead: WaitingLead, only: int | None) -> tuple[list[Score], dict[int, str]]:
        """Scores of dealers that can take the lead, best first, and why others can't.

        Dealers come in the order of their place; once none that follows can overtake the best, the rest is left.
        """
        scores: list[Score] = []
        refusals: dict[int, str] = {}
        best = -math.inf
        for placed in self._in_order(lead, only):
            if len(scores) >= SHOWN and placed.total + self.gain < best:
                break
            dealer = self.options[placed.dealer_id]
            state = self._state(dealer, lead)
            reason = refusal(lead.brand_id, dealer, state.open_leads, had_before=dealer.id in lead.had_dealers)
            if reason:
                refusals[dealer.id] = reason
                continue
            found = score(placed, dealer, state, self.weights)
            best = max(best, found.total)
            scores.append(found)
        return rank(scores), refusals

    def _in_order(self, lead: WaitingLead, only: int | None) -> Iterable[Score]:
        if only is not None:
            return [place_score(self._wanted(lead), self.options[only], self.weights)] if only in self.options else []
        key = (lead.brand_id, lead.city, lead.province)
        if key not in self._placed:
            wanted = self._wanted(lead)
            dealers = (dealer for dealer in self.options.values() if lead.brand_id in dealer.brand_ids)
            self._placed[key] = rank(place_score(wanted, dealer, self.weights) for dealer in dealers)
        first = self._placed[key][0].dealer_id if self._placed[key] else None
        if first is not None and not self._has_room(self.options[first]):
            self._placed[key] = [s for s in self._placed[key] if self._has_room(self.options[s.dealer_id])]
        wished = self.options.get(lead.wished_dealer_id or 0)
        if wished is None:
            return self._placed[key]
        return [place_score(self._wanted(lead), wished, self.weights), *self._others(key, wished.id)]

    def _others(self, key: tuple[int, str, str], wished_id: int) -> list[Score]:
        return [placed for placed in self._placed[key] if placed.dealer_id != wished_id]

    def _has_room(self, dealer: DealerOption) -> bool:
        return self.open_leads.get(dealer.id, 0) < dealer.capacity

    def _state(self, dealer: DealerOption, lead: WaitingLead) -> DealerState:
        return DealerState(
            open_leads=self.open_leads.get(dealer.id, 0),
            is_open=self._is_open(dealer.id),
            decline_rate=self.decline_rates.get(dealer.id, 0.0),
            is_wished=dealer.id == lead.wished_dealer_id,
        )

    def _wanted(self, lead: WaitingLead) -> Wanted:
        place = locate(lead.city) if lead.city else None
        return Wanted(
            city=lead.city,
            province=lead.province or (place.province if place else ""),
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
        )

    def _is_open(self, dealer_id: int) -> bool:
        if dealer_id not in self._open:
            self._open[dealer_id] = is_open(schedule_of(dealer_id), self.at)
        return self._open[dealer_id]

    def _explain(self, ranked: list[Score], refusals: dict[int, str], *, is_chosen: bool) -> dict[str, Any]:
        return {
            "chosen_by": "person" if is_chosen else "rule",
            "candidates": [
                {
                    "dealer_id": s.dealer_id,
                    "name": self.options[s.dealer_id].name,
                    "total": s.total,
                    "parts": dict(s.parts),
                    "distance_km": s.distance_km,
                }
                for s in ranked[:SHOWN]
            ],
            "refused": _counted(refusals),
        }


def _option(dealer: Dealer) -> DealerOption:
    return DealerOption(
        id=dealer.id,
        name=dealer.name,
        brand_ids=dealer.brand_ids,
        cities=frozenset(city for _, city in dealer.territories if city),
        provinces=frozenset(province for province, city in dealer.territories if not city),
        latitude=dealer.latitude,
        longitude=dealer.longitude,
        capacity=dealer.lead_capacity,
        weight=dealer.weight,
        accepts_leads=dealer.accepts_leads,
    )


def _counted(refusals: dict[int, str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for reason in refusals.values():
        counts[reason] = counts.get(reason, 0) + 1
    return counts
