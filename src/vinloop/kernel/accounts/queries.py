"""Reads people, their places and their keys, within what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.languages import reads_chinese
from vinloop.kernel.models import ApiToken, Membership, Organisation, Role, User

_SHOWN = 60  # organisations in the frame's menu; the switch page finds the others

# Where the person belongs, what lies above the present organisation as far as they reach, and what is next below it.
_REACH = """
WITH mine AS (
  SELECT DISTINCT o.id, o.path FROM kernel_membership m
  JOIN kernel_organisation o ON o.id = m.organisation_id AND o.is_active
  WHERE m.user_id = %(user)s
), here AS (SELECT id, path FROM kernel_organisation WHERE id = %(organisation)s)
SELECT o.id, o.kind, o.name, o.name_en,
  CASE WHEN o.id = here.id THEN ARRAY(
    SELECT DISTINCT CASE WHEN %(chinese)s OR r.name_en = '' THEN r.name ELSE r.name_en END
    FROM kernel_membership m
    JOIN kernel_organisation mo ON mo.id = m.organisation_id AND mo.is_active
    JOIN kernel_role r ON r.id = m.role_id
    WHERE m.user_id = %(user)s AND here.path LIKE mo.path || '%%'
  ) ELSE '{}' END
FROM kernel_organisation o CROSS JOIN here
WHERE o.is_active AND EXISTS (SELECT FROM mine WHERE o.path LIKE mine.path || '%%')
  AND (o.id IN (SELECT id FROM mine) OR o.parent_id = here.id OR here.path LIKE o.path || '%%')
ORDER BY o.id <> here.id AND o.parent_id = here.id, length(o.path), o.name LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation a person can act for; ``roles`` only for the one they act for now."""

    id: int
    kind: str
    label: str
    roles: str


def places_in_reach(actor: Actor) -> list[Place]:
    """Where the person can switch to in one step: their own places, those above within reach, those just below.

    One query, at most 60 places.
    """
    chinese = reads_chinese()
    facts = {"user": actor.user_id, "organisation": actor.organisation_id, "chinese": chinese, "limit": _SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(_REACH, facts)
        rows = cursor.fetchall()
    return [
        Place(pk, kind, name if chinese or not name_en else name_en, ", ".join(roles))
        for pk, kind, name, name_en, roles in rows
    ]


def organisations_in_reach(user: User, text: str = "") -> QuerySet[Organisation]:
    """Every active organisation the user has a role in or above; with ``text`` in its name or code."""
    mine = Membership.objects.filter(user=user, organisation__is_active=True).values_list("organisation__path")
    paths = [path for (path,) in mine.distinct()]
    found = Organisation.objects.none()
    for path in paths:
        found = found | Organisation.objects.filter(path__startswith=path, is_active=True)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text))
    return found.order_by("path")


def people_in_sight(actor: Actor) -> QuerySet[User]:
    """People with a role in an organisation the actor sees; headquarters also sees those without any role."""
    people = User.objects.order_by("username")
    if actor.sees_all:
        return people
    here = Membership.objects.filter(user=OuterRef("pk"), organisation_id__in=actor.organisation_ids or ())
    return people.filter(Exists(here))


def find_people(actor: Actor, *, text: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """People in sight by name or address, with a role, and who can log in unless ``state`` says otherwise.

    ``role`` is a role's code; ``state`` is ``disabled``, or ``idle`` for those who never logged in.
    """
    found = people_in_sight(actor)
    if text:
        words = Q(username__icontains=text) | Q(name__icontains=text) | Q(name_en__icontains=text)
        found = found.filter(words | Q(email__icontains=text))
    if role:
        with_role = Membership.objects.filter(role__code=role)
        if not actor.sees_all:
            with_role = with_role.filter(organisation_id__in=actor.organisation_ids or ())
        found = found.filter(pk__in=with_role.values("user_id"))
    if state == "idle":
        return found.filter(last_login__isnull=True, is_active=True)
    return found.filter(is_active=state != "disabled")


def memberships_in_sight(actor: Actor, user: User) -> QuerySet[Membership]:
    """The user's roles in organisations the actor sees."""
    rows = user.memberships.select_related("role", "organisation").order_by("organisation__path", "role__code")
    return rows if actor.sees_all else rows.filter(organisation_id__in=actor.organisation_ids or ())


def tokens_in_sight(actor: Actor) -> QuerySet[ApiToken]:
    """API tokens that act in an organisation the actor sees, newest first."""
    rows = ApiToken.objects.select_related("user", "organisation").order_by("-created_at", "-pk")
    return rows if actor.sees_all else rows.filter(organisation_id__in=actor.organisation_ids or ())


def roles_with_people(actor: Actor) -> QuerySet[Role]:
    """Every role; ``people`` on each is how many people in the actor's sight have it."""
    in_sight = Q() if actor.organisation_ids is None else Q(memberships__organisation_id__in=actor.organisation_ids)
    return Role.objects.annotate(people=Count("memberships__user", distinct=True, filter=in_sight))
