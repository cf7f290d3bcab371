"""Where a person is logged in, and how they end it elsewhere."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from vinloop.kernel.models import User

NEWEST = ("-created_at", "-id")


def own_sessions(user: User) -> QuerySet[UserSession]:
    """The person's running sessions, newest first; those that ran out are cleared away first."""
    UserSession.objects.purge_and_list(user)
    return UserSession.objects.filter(user=user).order_by(*NEWEST)


def end_sessions(*, user: User, keep: str, only: int | None = None) -> int:
    """End one of the person's sessions, or all, but never the one with the key ``keep``; how many were ended."""
    mine = UserSession.objects.filter(user=user).exclude(session_key=keep)
    ended = list(mine if only is None else mine.filter(pk=only))
    for session in ended:
        session.end()
    return len(ended)
