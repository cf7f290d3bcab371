"""A dealer's work for today: every open lead in the lane its clock puts it in, with what a card says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from vinloop.kernel.access import Actor
from vinloop.kernel.languages import in_language
from vinloop.leads.rules.days import day_span, local_day
from vinloop.leads.rules.next_step import Progress

Lane = Literal["overdue", "today", "next", "review"]
Clock = Literal["accept", "contact", "follow_up", "review"]
LANES: tuple[Lane, ...] = ("overdue", "today", "next")
MOST_CARDS = 50
ANYBODY, NOBODY = "", "none"

# Before the first contact the assignment's two clocks count, afterwards the planned follow-up. A lead without a plan
# is due at once: nobody thinks of it otherwise.
_DUE = """
  SELECT l.*, a.accept_by, a.contact_by,
    CASE WHEN l.status = 'lost_pending' THEN 'review' WHEN l.status = 'dispatched' THEN 'accept'
      WHEN l.first_contacted_at IS NULL AND a.contact_by IS NOT NULL THEN 'contact' ELSE 'follow_up' END AS clock,
    CASE WHEN l.status = 'lost_pending' THEN l.updated_at
      WHEN l.status = 'dispatched' THEN COALESCE(a.accept_by, l.updated_at)
      WHEN l.first_contacted_at IS NULL AND a.contact_by IS NOT NULL THEN a.contact_by
      ELSE COALESCE(l.next_follow_up_at, l.updated_at) END AS due_at
  FROM leads_lead l LEFT JOIN leads_assignment a ON a.lead_id = l.id AND a.ended_at IS NULL
  WHERE l.owner_id = %(dealer)s AND l.status = ANY (%(statuses)s)
    AND (%(consultant)s::bigint IS NULL OR l.consultant_id = %(consultant)s
      OR (%(or_nobody)s AND l.consultant_id IS NULL))
    AND (NOT %(only_nobody)s OR l.consultant_id IS NULL)
"""
_CARDS = f"""
WITH due AS ({_DUE}), laned AS (
  SELECT due.*, CASE WHEN clock = 'review' THEN 'review' WHEN due_at <= %(now)s THEN 'overdue'
    WHEN due_at < %(day_end)s THEN 'today' ELSE 'next' END AS lane FROM due
), ranked AS (
  SELECT laned.*, count(*) OVER (PARTITION BY lane) AS lane_total, row_number() OVER (
    PARTITION BY lane ORDER BY (%(is_manager)s AND consultant_id IS NULL) DESC, due_at, id) AS place
  FROM laned
)
SELECT r.ref, r.lane, r.lane_total, r.clock, r.due_at, r.status, r.level, r.is_hot, r.touch_count,
  r.first_contacted_at IS NOT NULL, r.model_text, c.ref, c.name, m.name, m.name_en, u.id, u.name, u.name_en,
  r.test_driven_at IS NOT NULL OR d.starts_at IS NOT NULL, d.ref, d.starts_at,
  EXISTS (SELECT FROM leads_quote q WHERE q.lead_id = r.id),
  t.channel, t.result, t.note, t.at, r.lost_note, reason.name, reason.name_en
FROM ranked r
LEFT JOIN customers_customer c ON c.id = r.customer_id
LEFT JOIN vehicles_carmodel m ON m.id = r.car_model_id
LEFT JOIN kernel_user u ON u.id = r.consultant_id
LEFT JOIN leads_reasoncode reason ON reason.id = r.lost_reason_id AND r.lane = 'review'
LEFT JOIN LATERAL (
  SELECT x.channel, x.result, x.note, x.at FROM leads_contact x WHERE x.lead_id = r.id ORDER BY x.at DESC LIMIT 1
) t ON true
LEFT JOIN LATERAL (
  SELECT y.ref, y.starts_at FROM leads_testdrive y
  WHERE y.lead_id = r.id AND y.status = 'booked' ORDER BY y.starts_at LIMIT 1
) d ON true
WHERE r.place > %(skip)s AND r.place <= %(skip)s + %(limit)s AND (%(lane)s = '' OR r.lane = %(lane)s)
ORDER BY r.lane, r.place
"""


_OVERDUE = f"SELECT count(*) FROM ({_DUE}) due WHERE clock <> 'review' AND due_at <= %(now)s"


@dataclass(frozen=True, slots=True)
class LastWord:
    """The latest contact about a lead."""

    channel: str
    result: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One lead on the today page. ``clock`` says what ``due_at`` is the deadline of."""

    ref: str
    lane: Lane
    clock: Clock
    due_at: datetime
    status: str
    level: str
    is_hot: bool
    touch_count: int
    customer_ref: str
    customer_name: str
    model: str
    consultant_id: int | None
    consultant: str
    drive_ref: str
    drive_at: datetime | None
    last: LastWord | None
    lost_reason: str
    lost_note: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class LaneCards:
    """The first cards of a lane, most urgent first, and how many leads are in it."""

    lane: Lane
    cards: tuple[Card, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayFilter:
    """Whose leads: everybody's (empty), nobody's (``none``) or one consultant's; and which part of which lane."""

    consultant: str = ANYBODY
    lane: str = ""
    skip: int = 0


def today_lanes(actor: Actor, wanted: TodayFilter, *, now: datetime) -> dict[Lane, LaneCards]:
    """The lanes of the actor's dealer, at most 50 cards each, in one query whatever their number.

    Who may give leads to others sees everybody's, unassigned ones first; a consultant sees their own and those nobody
    has. Lost leads to approve are in ``review``, for those who may approve.
    """
    actor.require("leads.lead:read")
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, _parameters(actor, wanted, now))
        rows = cursor.fetchall()
    lanes: dict[Lane, list[Card]] = {"overdue": [], "today": [], "next": [], "review": []}
    totals: dict[Lane, int] = {}
    for row in rows:
        lanes[row[1]].append(_card(row, now))
        totals[row[1]] = row[2]
    return {lane: LaneCards(lane, tuple(cards), totals.get(lane, 0)) for lane, cards in lanes.items()}


def count_overdue(actor: Actor, *, now: datetime) -> int:
    """How many leads are in the reader's overdue lane; one query."""
    actor.require("leads.lead:read")
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, _parameters(actor, TodayFilter(), now))
        return int(cursor.fetchone()[0])


def _parameters(actor: Actor, wanted: TodayFilter, now: datetime) -> dict[str, Any]:
    is_manager = actor.may("leads.lead:assign")
    statuses = ["dispatched", "accepted", "working"]
    if actor.may("leads.lead:review_lost"):
        statuses.append("lost_pending")
    chosen = int(wanted.consultant) if wanted.consultant.isdecimal() else None
    return {
        "dealer": actor.organisation_id,
        "statuses": statuses,
        "consultant": chosen if is_manager else actor.user_id,
        "or_nobody": not is_manager,
        "only_nobody": is_manager and wanted.consultant == NOBODY,
        "is_manager": is_manager,
        "now": now,
        "day_end": day_span(local_day(now, actor.timezone), actor.timezone)[1],
        "lane": wanted.lane,
        "skip": wanted.skip,
        "limit": MOST_CARDS,
    }


def _card(row: tuple[Any, ...], now: datetime) -> Card:
    (ref, lane, _total, clock, due_at, status, level, is_hot, touches, has_contact, model_text, *joined) = row
    (customer_ref, customer, model, model_en, consultant_id, person, person_en, has_drive, *rest) = joined
    (drive_ref, drive_at, has_quote, channel, result, note, said_at, lost_note, reason, reason_en) = rest
    progress = Progress(
        status=status,
        has_contact=has_contact,
        is_due=due_at <= now,
        has_test_drive=has_drive,
        has_quote=has_quote,
        is_hot=is_hot,
    )
    return Card(
        ref=ref,
        lane=lane,
        clock=clock,
        due_at=due_at,
        status=status,
        level=level,
        is_hot=is_hot,
        touch_count=touches,
        customer_ref=customer_ref or "",
        customer_name=customer or "",
        model=in_language(model or "", model_en or "") or model_text,
        consultant_id=consultant_id,
        consultant=in_language(person or "", person_en or ""),
        drive_ref=drive_ref or "",
        drive_at=drive_at,
        last=LastWord(channel, result, note, said_at) if said_at else None,
        lost_reason=in_language(reason or "", reason_en or ""),
        lost_note=lost_note,
        progress=progress,
    )
