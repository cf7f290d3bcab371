"""Keys for programs, by programs. A key made here opens no more than the one it was made with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.kernel.access import Actor, NotAllowed
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.accounts.actions import TokenTerms, create_token, revoke_token
from vinloop.kernel.accounts.queries import people_in_sight, tokens_in_sight
from vinloop.kernel.accounts.rank import MANAGE_TOKENS, require_held
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.models import ApiToken, Organisation, User
from vinloop.kernel.paging import paginate
from vinloop.kernel.refusals import Refused

NEWEST = ("-created_at", "-id")


class TokenPath(msgspec.Struct, frozen=True):
    """Which token."""

    token_id: int


class TokenOut(msgspec.Struct, frozen=True, kw_only=True):
    """A token by its beginning. Without ``scopes`` it may do everything its user may."""

    id: int
    prefix: str
    label: str
    user: str
    organisation: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None
    revoked_at: datetime | None


class TokenIn(msgspec.Struct, frozen=True, kw_only=True):
    """A token to be made. ``organisation`` is a code; empty: where the caller acts now."""

    label: Annotated[str, msgspec.Meta(max_length=100)] = ""
    organisation: str = ""
    scopes: Annotated[list[str], msgspec.Meta(max_length=1000)] = []
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    def terms(self) -> TokenTerms:
        """For the action."""
        return TokenTerms(label=self.label, scopes=frozenset(self.scopes), expires_at=self.expires_at)


class TokenForIn(TokenIn, frozen=True, kw_only=True):
    """A token for somebody else's program."""

    user: Annotated[str, msgspec.Meta(description="The user name of whom it acts as")]


class TokenMade(msgspec.Struct, frozen=True):
    """A new token. It stands nowhere else and is never given out again."""

    token: str


class OwnTokensController(ApiController):
    """The caller's own tokens."""

    tags = ("Account",)

    @endpoint(None, operation_id="listOwnTokens")
    def get(self, parsed_query: Query[PageQuery]) -> Page[TokenOut]:
        """List the caller's own tokens, newest first."""
        rows = _own(self.actor)
        return page_of(paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _token)

    @endpoint(None, operation_id="createOwnToken")
    def post(self, parsed_body: Body[TokenIn]) -> TokenMade:
        """Make a token of the caller's own; it opens no more than what it is made with.

        A person does so logged in. A program needs `kernel.token:manage`: else whoever finds its token could make
        others that outlive it.
        """
        if self.request.headers.get("Authorization"):
            self.actor.require(MANAGE_TOKENS)
        user = User.objects.filter(pk=self.actor.user_id or 0).first()
        if user is None:
            raise Http404
        return TokenMade(_made(self, user, parsed_body))


class TokensController(ApiController):
    """Tokens of everybody."""

    tags = ("People",)

    @endpoint(MANAGE_TOKENS, operation_id="listTokens")
    def get(self, parsed_query: Query[PageQuery]) -> Page[TokenOut]:
        """List the tokens that act in an organisation the caller sees, newest first."""
        rows = tokens_in_sight(self.actor)
        return page_of(paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _token)

    @endpoint(MANAGE_TOKENS, operation_id="createToken")
    def post(self, parsed_body: Body[TokenForIn]) -> TokenMade:
        """Make a token for somebody else's program; it opens no more than what it is made with."""
        user = people_in_sight(self.actor).filter(username=parsed_body.user.strip().lower()).first()
        if user is None:
            raise Refused("unknown_user", _("Nobody here has this user name."), "user")
        return TokenMade(_made(self, user, parsed_body))


class TokenController(ApiController):
    """One token."""

    tags = ("Account",)

    @endpoint(None, operation_id="revokeToken")
    def delete(self, parsed_path: Path[TokenPath]) -> TokenOut:
        """Stop a token: one's own, or with `kernel.token:manage` one that acts in an organisation in sight."""
        found = _found(self.actor, parsed_path.token_id)
        revoke_token(actor=self.actor, token=found, at=self.at)
        return _token(_found(self.actor, found.pk))


def _made(controller: ApiController, user: User, wish: TokenIn) -> str:
    actor = controller.actor
    place = _place(actor, wish.organisation)
    _require_no_more(actor, user, place, wish.terms())
    return create_token(actor=actor, user=user, organisation=place, terms=wish.terms(), at=controller.at)


def _place(actor: Actor, code: str) -> Organisation:
    rows = Organisation.objects.filter(code=code) if code else Organisation.objects.filter(pk=actor.organisation_id)
    found = rows.first()
    if found is None or not actor.sees(found.pk):
        raise Refused("unknown_organisation", _("There is no such organisation."), "organisation")
    return found


def _require_no_more(actor: Actor, user: User, place: Organisation, terms: TokenTerms) -> None:
    """A narrow token must not make a wider one. Raises ``NotAllowed`` naming what the caller does not hold."""
    made = load_actor(user, organisation_id=place.pk, door="api", scopes=terms.scopes)
    if made is None:
        return  # the action says why
    require_held(actor, made.permissions)
    if not _sees_as_much(actor, made):
        raise NotAllowed(MANAGE_TOKENS, place.pk)


def _sees_as_much(actor: Actor, made: Actor) -> bool:
    if actor.organisation_ids is None:
        return True
    return made.organisation_ids is not None and made.organisation_ids <= actor.organisation_ids


def _own(actor: Actor) -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("user", "organisation").filter(user_id=actor.user_id or 0)


def _found(actor: Actor, token_id: int) -> ApiToken:
    found = _own(actor).filter(pk=token_id).first()
    if found is None and actor.may(MANAGE_TOKENS):
        found = tokens_in_sight(actor).filter(pk=token_id).first()
    if found is None:
        raise Http404
    return found


def _token(row: ApiToken) -> TokenOut:
    return TokenOut(
        id=row.pk,
        prefix=row.prefix,
        label=row.label,
        user=row.user.username,
        organisation=row.organisation.code,
        scopes=list(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
        revoked_at=row.revoked_at,
    )


urls: list[URLPattern] = [
    path("tokens", OwnTokensController.as_view(), name="tokens"),
    path("tokens/everybody", TokensController.as_view(), name="tokens-everybody"),
    path("tokens/<int:token_id>", TokenController.as_view(), name="token"),
]
