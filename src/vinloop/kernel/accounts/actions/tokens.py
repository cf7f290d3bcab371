"""Keys for programs: made, checked and revoked. The key itself is shown once and never stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.access.permissions import all_permissions
from vinloop.kernel.accounts.events import TokenCreated, TokenRevoked, about_token
from vinloop.kernel.accounts.rank import MANAGE_TOKENS, require_rank_over
from vinloop.kernel.events import record
from vinloop.kernel.models import ApiToken, Organisation, User
from vinloop.kernel.refusals import Refused

MARK: Final = "vl_"
_RANDOM_BYTES = 30  # 40 characters
_SHOWN = len(MARK) + 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTerms:
    """What a token may do. Without ``scopes`` everything its user may; ``expires_at`` None means never."""

    label: str = ""
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None


def create_token(*, actor: Actor, user: User, organisation: Organisation, terms: TokenTerms, at: datetime) -> str:
    """Make a token that acts as the user in an organisation they have a place in; answers it in plain, once.

    A token for oneself needs no permission: it can't do more than its owner. One for somebody else needs
    ``kernel.token:manage`` and no lesser rank than theirs.
    """
    if actor.user_id != user.pk:
        require_rank_over(actor, user, MANAGE_TOKENS)
    if terms.expires_at is not None and terms.expires_at <= at:
        raise Refused("already_expired", _("Choose a day in the future."), "expires_on")
    if unknown := sorted(terms.scopes - all_permissions().keys()):
        raise Refused("unknown_scope", _("There is no permission %(name)s.") % {"name": unknown[0]}, "scopes")
    if load_actor(user, organisation_id=organisation.pk, door="api") is None:
        raise Refused("no_place", _("This person has no role in that organisation."), "organisation")
    plain = MARK + secrets.token_urlsafe(_RANDOM_BYTES)
    token = ApiToken.objects.create(
        user=user,
        organisation=organisation,
        label=terms.label.strip()[:100],
        prefix=plain[:_SHOWN],
        digest=_digest(plain),
        scopes=sorted(terms.scopes),
        expires_at=terms.expires_at,
    )
    record(TokenCreated(prefix=token.prefix, scopes=token.scopes), actor=actor, subject=about_token(token), at=at)
    return plain


def revoke_token(*, actor: Actor, token: ApiToken, at: datetime) -> None:
    """Stop a token. Its owner may, and who manages tokens in its organisation."""
    if actor.user_id != token.user_id:
        actor.require(MANAGE_TOKENS, organisation_id=token.organisation_id)
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        record(TokenRevoked(prefix=token.prefix), actor=actor, subject=about_token(token), at=at)


def authenticate_token(plain: str, at: datetime) -> Actor | None:
    """The actor a token stands for; ``None`` for one that is unknown, revoked, expired or whose owner is disabled.

    Two queries, a third on the first use of a day.
    """
    if not plain.startswith(MARK):
        return None
    valid = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    token = (
        ApiToken.objects.select_related("user")
        .filter(valid, digest=_digest(plain), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    actor = load_actor(token.user, organisation_id=token.organisation_id, door="api", scopes=frozenset(token.scopes))
    if actor is not None and token.last_used_on != at.date():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=at.date())
    return actor


def _digest(plain: str) -> str:
    """A random key of 240 bits needs no slow hash."""
    return hashlib.sha256(plain.encode()).hexdigest()
