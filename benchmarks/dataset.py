"""A network of 1,000 dealers with a million customers and leads, written by COPY.

The rows are what the actions would have written; only their number makes it impractical to write them one by one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from vinloop.kernel.search_tokens import index_tokens, scope_token

DEALERS, REGIONS = 1000, 10
STATUSES = (
    ("new", 0.02),
    ("nurture", 0.20),
    ("ready", 0.0),
    ("dispatched", 0.005),
    ("accepted", 0.005),
    ("working", 0.02),
    ("lost_pending", 0.005),
    ("ordered", 0.015),
    ("delivered", 0.25),
    ("lost", 0.33),
    ("invalid", 0.15),
)
AT_DEALER = {"dispatched", "accepted", "working", "lost_pending", "ordered", "delivered", "lost"}
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志红文玉兰小梅云飞雪春燕鹏辉"
    "峰玲宇浩然子涵欣怡梓轩一诺思远嘉豪雨桐晨曦佳琪俊熙诗涵若溪博文天佑家瑞景行可馨亦"
    "菲书瑶清妍婉婷雅琴淑珍凤英国庆永康德胜"
)
# As long as what dispatch writes: five candidates with their scores.
WHY = json.dumps(
    {
        "refused": {},
        "chosen_by": "rule",
        "candidates": [
            {
                "name": f"d{n:04d} 汽车",
                "parts": {"capacity": 18.65, "distance": 30.0, "territory": 40.0},
                "total": 88.65,
                "dealer_id": n,
                "distance_km": 3.1,
            }
            for n in range(5)
        ],
    }
)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def customer_name(rng: random.Random) -> str:
    """A Chinese name of two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def phone_of(number: int) -> str:
    """A mobile number of a made-up range, one per customer."""
    return f"+86199{(number * 7919) % 100_000_000:08d}"


def vin_of(number: int) -> str:
    """A VIN-shaped identifier, one per car."""
    return f"LSVBN{(number * 48271) % 10_000_000_000:012d}"


class Builder:
    """Fills an empty, migrated database."""

    def __init__(self, connection: psycopg.Connection[Any], *, customers: int, search_key: bytes) -> None:
        self.connection = connection
        self.count = customers
        self.key = search_key
        self.rng = random.Random(7)
        self.dealers: list[int] = []
        self.regions: dict[int, int] = {}

    def build(self, network: tuple[list[int], dict[int, int]], catalogue: dict[str, Any]) -> None:
        """Write everything; the network and the catalogue exist already."""
        self.dealers, self.regions = network
        self.catalogue = catalogue
        self._without_indexes()
        placed = self._leads_plan()
        self._copy_customers(placed)
        self._copy_leads(placed)
        self._copy_hand_overs(placed)
        self._copy_orders(placed)
        self._with_indexes()

    def _leads_plan(self) -> list[tuple[str, int | None]]:
        statuses = [status for status, _ in STATUSES]
        weights = [weight for _, weight in STATUSES]
        chosen = self.rng.choices(statuses, weights, k=self.count)
        return [(s, self.rng.choice(self.dealers) if s in AT_DEALER else None) for s in chosen]

    def _copy_customers(self, placed: Sequence[tuple[str, int | None]]) -> None:
        people = [(i + 1, customer_name(self.rng)) for i in range(self.count)]
        self._copy(
            "customers_customer (id, ref, kind, name, gender, province, city, address, language,"
            " created_at, updated_at)",
            (
                (i, f"C-{i:08d}", "person", name, "", "上海", "上海", "", "", self._at(i), self._at(i))
                for i, name in people
            ),
        )
        self._copy(
            "customers_contactpoint (customer_id, kind, value, state, is_primary, created_at)",
            ((i, "phone", phone_of(i), "verified", True, self._at(i)) for i, _ in people),
        )
        self._copy(
            "customers_customeraccess (customer_id, organisation_id, kind, since)",
            ((i, dealer, "lead", self._at(i)) for (i, _), (_, dealer) in zip(people, placed, strict=True) if dealer),
        )
        self._copy("kernel_searchentry (kind, object_id, tokens)", self._tokens(people, placed))
        self._copy(
            "vehicles_vehicle (id, vin, make_text, model_text, trim, colour, plate, created_at,"
            " car_model_id, sold_by_id)",
            (
                (i, vin_of(i), "", "", "", "", "", self._at(i), self.catalogue["models"][0], dealer)
                for (i, _), (status, dealer) in zip(people, placed, strict=True)
                if status == "delivered"
            ),
        )
        self._copy(
            "vehicles_ownership (vehicle_id, customer_id, role, since)",
            (
                (i, i, "owner", self._at(i).date())
                for (i, _), (s, _) in zip(people, placed, strict=True)
                if s == "delivered"
            ),
        )

    def _tokens(
        self, people: Sequence[tuple[int, str]], placed: Sequence[tuple[str, int | None]]
    ) -> Iterator[tuple[Any, ...]]:
        scopes = {
            dealer: [scope_token(self.key, "customer", each) for each in (dealer, self.regions[dealer])]
            for dealer in self.dealers
        }
        for (i, name), (status, dealer) in zip(people, placed, strict=True):
            vins = (vin_of(i),) if status == "delivered" else ()
            found = index_tokens(self.key, "customer", names=(name,), phones=(phone_of(i),), vins=vins)
            yield "customer", i, found + (scopes[dealer] if dealer else [])

    def _copy_leads(self, placed: Sequence[tuple[str, int | None]]) -> None:
        models, brand, source, root = (self.catalogue[name] for name in ("models", "brand", "source", "root"))
        columns = (
            "id, ref, owner_id, customer_id, brand_id,"
            " car_model_id, model_text, trim, vin, interest,"
            " status, level, is_hot, source_id, referrer,"
            " door, comments, handover_note, timeframe_text, currency,"
            " trade_in, city, province, touch_count, attempts,"
            " next_attempt_at, received_at, updated_at, dealer_id, dispatch_count,"
            " dispatched_at, accepted_at, first_contacted_at, response_seconds, last_contacted_at,"
            " next_follow_up_at, ordered_at, delivered_at, lost_note, lost_competitor,"
            " recycled_count"
        )

        def rows() -> Iterator[tuple[Any, ...]]:
            for i, (status, dealer) in enumerate(placed, start=1):
                at = self._at(i)
                there = at if dealer else None
                sold = at + timedelta(days=9) if status in ("ordered", "delivered") else None
                worked = there if status not in ("dispatched", "accepted") else None
                yield (
                    i, f"L-{i:08d}", dealer or root, i, brand, models[i % len(models)], "", "", "", "buy", status, "B",
                    dealer is not None, source, "", "api", "", "", "30 days", "CNY", json.dumps({}), "上海", "上海",
                    1, 0,
                    at if status == "new" else None, at, at, dealer, 1 if dealer else 0, there, there, worked,
                    600 if worked else None, worked, at + timedelta(days=10) if dealer else None, sold,
                    sold if status == "delivered" else None, "", "", 0,
                )  # fmt: skip

        self._copy(f"leads_lead ({columns})", rows())
        self._copy(
            "kernel_event (at, kind, version, user_id, door, organisation_id, subject_kind, subject_id, subject_ref,"
            " customer_id, payload)",
            (
                (
                    self._at(i),
                    "leads.LeadCaptured",
                    1,
                    None,
                    "api",
                    dealer or root,
                    "leads.lead",
                    i,
                    f"L-{i:08d}",
                    i,
                    "{}",
                )
                for i, (_, dealer) in enumerate(placed, start=1)
            ),
        )

    def _copy_hand_overs(self, placed: Sequence[tuple[str, int | None]]) -> None:
        def rows() -> Iterator[tuple[Any, ...]]:
            for i, (status, dealer) in enumerate(placed, start=1):
                if dealer is None:
                    continue
                at, is_over = self._at(i), status in ("delivered", "lost")
                taken = at if status != "dispatched" else None
                outcome = "closed" if is_over else "accepted" if taken else "open"
                yield (
                    i, dealer, outcome, at, at + timedelta(minutes=30), at + timedelta(hours=2), taken,
                    at if status not in ("dispatched", "accepted") else None,
                    min(at + timedelta(days=20), NOW) if is_over else None, WHY,
                )  # fmt: skip

        self._copy(
            "leads_assignment (lead_id, owner_id, outcome, dispatched_at, accept_by, contact_by, accepted_at,"
            " first_contacted_at, ended_at, explanation)",
            rows(),
        )

    def _copy_orders(self, placed: Sequence[tuple[str, int | None]]) -> None:
        model, seller = self.catalogue["models"][0], self.catalogue["seller"]

        def rows() -> Iterator[tuple[Any, ...]]:
            for i, (status, dealer) in enumerate(placed, start=1):
                if status in ("ordered", "delivered"):
                    sold = self._at(i) + timedelta(days=9)
                    there = sold if status == "delivered" else None
                    yield f"O-{i:08d}", dealer, i, i, model, "", "", 20_000_000, "CNY", seller, status, sold, there, ""

        self._copy(
            "orders_order (ref, owner_id, lead_id, customer_id, car_model_id, trim, colour, price, currency,"
            " consultant_id, status, ordered_at, delivered_at, cancel_note)",
            rows(),
        )

    def _at(self, number: int) -> datetime:
        return NOW - timedelta(seconds=(self.count - number) * (360 * 86400 / self.count))

    def _copy(self, into: str, rows: Iterator[tuple[Any, ...]]) -> None:
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _without_indexes(self) -> None:
        self.connection.execute("DROP INDEX search_entry_tokens")
        self.connection.execute("ALTER TABLE kernel_event DISABLE TRIGGER event_notify")
        self.connection.execute("SET maintenance_work_mem = '1GB'")
        self.connection.execute("SET session_replication_role = replica")

    def _with_indexes(self) -> None:
        self.connection.execute("CREATE INDEX search_entry_tokens ON kernel_searchentry USING gin (tokens)")
        self.connection.execute("ALTER TABLE kernel_event ENABLE TRIGGER event_notify")
        for table in ("customers_customer", "vehicles_vehicle", "leads_lead"):
            self.connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        self.connection.execute("SET session_replication_role = DEFAULT")
        self.connection.commit()
        self.connection.autocommit = True
        self.connection.execute("VACUUM ANALYZE")
