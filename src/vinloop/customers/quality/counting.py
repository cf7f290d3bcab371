"""Counting data quality: one statement over the base, one row per source, dealer and branch."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from vinloop.customers.quality.problems import PROBLEMS
from vinloop.kernel.access import Actor

COUNT = "customers.identity:resolve"
_KEEP_DAYS = 800
# Twins and doubtful records are found set by set: a sub-query per record would take minutes over a million.
_BY_SET = {"duplicate": "w.place > 1", "in_review": "d.id IS NOT NULL"}
_WINDOWS = """
WITH w AS MATERIALIZED (
  SELECT id, count(*) OVER (PARTITION BY customer_id) AS size,
    row_number() OVER (PARTITION BY customer_id, source, branch ORDER BY id) AS place
  FROM customers_sourcerecord WHERE customer_id IS NOT NULL
), d AS MATERIALIZED (
  SELECT one_id AS id FROM customers_reviewpair WHERE state = 'open'
  UNION SELECT two_id FROM customers_reviewpair WHERE state = 'open'
), r AS (
  SELECT r.*, coalesce(o.id, r.owner_id) AS at_owner
  FROM customers_sourcerecord r LEFT JOIN kernel_organisation o ON r.branch <> '' AND o.code = r.branch
  WHERE %(source)s::text IS NULL OR r.source = %(source)s
), f AS (
  SELECT source, at_owner, branch, jsonb_object_agg('flag:' || flag, n) AS flags
  FROM (
    SELECT source, at_owner, branch, flag, count(*) AS n FROM r, unnest(r.flags) AS flag GROUP BY 1, 2, 3, 4
  ) each_flag GROUP BY 1, 2, 3
)
"""
_INSERT = """
INSERT INTO customers_qualityday (day, source, owner_id, branch, counts, counted_at)
SELECT %(today)s, c.source, c.at_owner, c.branch, c.counts || coalesce(f.flags, '{}'), %(at)s
FROM c LEFT JOIN f ON f.source = c.source AND f.at_owner = c.at_owner AND f.branch = c.branch
"""


def count_quality(*, actor: Actor, at: datetime, source: str | None = None) -> int:
    """Count the base, or one source of it, for today, replacing what was counted today; answers the rows written.

    Runs in the current transaction as an actor that sees all rows. A customer's records share it: ``customers`` adds
    up to the number of customers however the base is divided. Raises ``NotAllowed``.
    """
    actor.require(COUNT)
    today = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_qualityday WHERE (day = %s AND (%s::text IS NULL OR source = %s)) OR day < %s - %s",
            [today, source, source, today, _KEEP_DAYS],
        )
        cursor.execute(_statement(today), {"today": today, "at": at, "source": source})
        return int(cursor.rowcount)


def _statement(today: date) -> str:
    counted = ",\n".join(
        f"'{each.code}', count(*) FILTER (WHERE {_BY_SET.get(each.code) or each.where('r', today)})"
        for each in PROBLEMS
    )
    return f"""{_WINDOWS}, c AS (
  SELECT r.source, r.at_owner, r.branch, jsonb_build_object(
    'records', count(*), 'customers', round(coalesce(sum(1.0 / w.size), 0), 4), {counted}
  ) AS counts
  FROM r LEFT JOIN w ON w.id = r.id LEFT JOIN d ON d.id = r.id GROUP BY 1, 2, 3
) {_INSERT}"""
