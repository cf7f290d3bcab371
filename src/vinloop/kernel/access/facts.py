"""Loads an actor in one query and puts its scope in force with the same query."""

from __future__ import annotations

from typing import Any

from django.db import connection

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.permissions import is_central
from vinloop.kernel.models import Organisation, User

# The widest membership comes first, so a person without a chosen organisation starts where they see most.
_FACTS = """
WITH place AS (
  SELECT o.id, o.kind, o.path, o.timezone
  FROM kernel_membership m
  JOIN kernel_organisation mo ON mo.id = m.organisation_id AND mo.is_active
  JOIN kernel_organisation o ON o.path LIKE mo.path || '%%' AND o.is_active
  WHERE m.user_id = %(user)s AND (o.id = %(organisation)s OR (%(organisation)s IS NULL AND o.id = mo.id))
  ORDER BY length(o.path), m.id LIMIT 1
)
SELECT p.id, p.kind, p.timezone,
  ARRAY(
    SELECT DISTINCT unnest(r.permissions) FROM kernel_membership m
    JOIN kernel_organisation mo ON mo.id = m.organisation_id AND mo.is_active
    JOIN kernel_role r ON r.id = m.role_id
    WHERE m.user_id = %(user)s AND p.path LIKE mo.path || '%%'
  ),
  CASE WHEN p.kind = 'manufacturer' THEN NULL
    ELSE ARRAY(SELECT id FROM kernel_organisation WHERE path LIKE p.path || '%%') END
FROM place p
"""


def load_actor(
    user: User, *, organisation_id: int | None, door: str, scopes: frozenset[str] = frozenset()
) -> Actor | None:
    """The actor a user is in an organisation; in the widest one they belong to when none is named.

    Returns ``None`` when the user has no place there. ``scopes`` narrows the permissions; empty means all. Central
    permissions count only where nothing is hidden.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"user": user.pk, "organisation": organisation_id})
        row = cursor.fetchone()
    if row is None:
        return None
    place_id, kind, timezone, permissions, visible = row
    sees_all = visible is None
    allowed = frozenset(each for each in permissions if sees_all or not is_central(each))
    return Actor(
        user_id=user.pk,
        organisation_id=place_id,
        organisation_kind=kind,
        organisation_ids=None if visible is None else frozenset(visible),
        permissions=allowed & scopes if scopes else allowed,
        door=door,
        name=user.label,
        language=user.language,
        timezone=timezone,
    )


def root_organisation_id() -> int:
    """The manufacturer. Raises ``Organisation.DoesNotExist`` on an installation that has none yet."""
    return Organisation.objects.only("id").get(parent__isnull=True).pk


def system_actor(door: str = "job") -> Actor:
    """The system itself: sees everything, may do everything, and is named so in the audit."""
    return Actor(
        user_id=None,
        organisation_id=root_organisation_id(),
        organisation_kind=Organisation.Kind.MANUFACTURER,
        organisation_ids=None,
        permissions=frozenset(),
        door=door,
        is_system=True,
    )


def visitor_actor(door: str, permissions: frozenset[str], **facts: Any) -> Actor:
    """Somebody who is not logged in: sees no rows and may do only what the door grants."""
    return Actor(
        user_id=None,
        organisation_id=root_organisation_id(),
        organisation_kind=Organisation.Kind.MANUFACTURER,
        organisation_ids=frozenset(),
        permissions=permissions,
        door=door,
        **facts,
    )
