"""The caller's own account: profile, places to act for, and where they are logged in.

Whoever holds a token that was made for less must not do more with it: only a whole token, or the person logged in,
gets in here. The address that opens the account when the password is forgotten is changed by the person alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from allauth.usersessions.models import UserSession
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from dmr import Body, Path, Query
from dmr.routing import path
from msgspec import UNSET, UnsetType

from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.accounts.actions import PersonDetails, change_user
from vinloop.kernel.accounts.actions.sessions import NEWEST, end_sessions, own_sessions
from vinloop.kernel.accounts.agents import browser_words
from vinloop.kernel.accounts.notices import choose_notices, notices_for
from vinloop.kernel.accounts.queries import organisations_in_reach
from vinloop.kernel.api.admin_people import Language, Name
from vinloop.kernel.api.controller import ApiController
from vinloop.kernel.api.endpoint import endpoint
from vinloop.kernel.api.organisations import Kind
from vinloop.kernel.api.pages import Page, PageQuery, page_of
from vinloop.kernel.api.problems import ProblemError, make_problem
from vinloop.kernel.models import Organisation, User
from vinloop.kernel.paging import paginate
from vinloop.kernel.refusals import Refused

_PERSON = tuple(PersonDetails.__dataclass_fields__)


class MailChoice(msgspec.Struct, frozen=True):
    """A mail the person may do without."""

    code: str
    label: str
    is_wanted: bool


class OwnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller's own page shows. ``timezone`` is that of the organisation they act for."""

    username: str
    name: str
    name_en: str
    email: str
    phone: str
    language: str
    timezone: str
    mails: list[MailChoice]


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is. ``mails``: code → whether it is wanted."""

    name: Name | UnsetType = UNSET
    name_en: Name | UnsetType = UNSET
    email: Annotated[str, msgspec.Meta(max_length=254)] | UnsetType = UNSET
    phone: Annotated[str, msgspec.Meta(max_length=40)] | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    mails: dict[str, bool] = {}


class OwnPlaceQuery(PageQuery, frozen=True, kw_only=True):
    """Which of the caller's places to list."""

    q: Annotated[str, msgspec.Meta(description="Part of a name or code")] = ""


class OwnPlace(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation the caller may act for: with a token made for it."""

    id: int
    code: str
    name: str
    name_en: str
    kind: Kind
    is_current: bool


class SessionPath(msgspec.Struct, frozen=True):
    """Which session."""

    session_id: int


class OwnSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where the caller is logged in with a browser; ``is_current``: it is this one that asks."""

    id: int
    browser: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


class SessionsEnded(msgspec.Struct, frozen=True):
    """How many sessions were ended."""

    count: int


class _Own(ApiController):
    """The person behind the request, who is let in with a whole token only."""

    is_abstract = True
    tags = ("Account",)

    def person(self) -> User:
        """The caller. Raises a 403 for a token that was made for less than its owner may do."""
        user = User.objects.filter(pk=self.actor.user_id or 0).first()
        if user is None:
            raise Http404
        if self.is_program and not self._is_whole(user):
            words = _("This token may do less than you may. Use one without scopes, or log in.")
            raise ProblemError(make_problem(403, "forbidden", _("Not allowed"), words))
        return user

    @property
    def is_program(self) -> bool:
        """Whether a token asks, not the person's own browser."""
        return bool(self.request.headers.get("Authorization"))

    @property
    def session_key(self) -> str:
        """The session that asks; none for a program."""
        return "" if self.is_program else self.request.session.session_key or ""

    def _is_whole(self, user: User) -> bool:
        whole = load_actor(user, organisation_id=self.actor.organisation_id, door="api")
        return whole is not None and whole.permissions == self.actor.permissions


class ProfileController(_Own):
    """The caller's profile."""

    @endpoint(None, operation_id="getProfile")
    def get(self) -> OwnProfile:
        """Read one's own profile."""
        return self._profile(self.person())

    @endpoint(None, operation_id="changeProfile")
    def patch(self, parsed_body: Body[ProfileChange]) -> OwnProfile:
        """Change one's own profile.

        The e-mail address is changed by the person logged in, not by a program: it opens the account.
        """
        user = self.person()
        now = {name: getattr(user, name) for name in _PERSON}
        wish = msgspec.structs.asdict(parsed_body)
        mails = wish.pop("mails")
        person = PersonDetails(**(now | {name: value for name, value in wish.items() if value is not UNSET}))
        if self.is_program and person.email != user.email:
            raise Refused(
                "own_email", _("Change your e-mail address on your own page: it opens your account."), "email"
            )
        change_user(actor=self.actor, user=user, person=person, at=self.at)
        self._choose(user, mails)
        return self._profile(user)

    def _choose(self, user: User, mails: dict[str, bool]) -> None:
        offered = [each.code for each in notices_for(self.actor)]
        if mails.keys() - set(offered):
            raise Refused("unknown_mail", _("There is no such mail for you."), "mails")
        wanted = [code for code in offered if mails.get(code, code not in user.muted_notices)]
        choose_notices(actor=self.actor, user=user, wanted=wanted, at=self.at)

    def _profile(self, user: User) -> OwnProfile:
        shown: dict[str, Any] = {name: getattr(user, name) for name in _PERSON}
        mails = [
            MailChoice(each.code, str(each.label), each.code not in user.muted_notices)
            for each in notices_for(self.actor)
        ]
        return OwnProfile(**shown, timezone=self.actor.timezone, mails=mails)


class PlacesController(_Own):
    """The caller's places."""

    @endpoint(None, operation_id="listOwnOrganisations")
    def get(self, parsed_query: Query[OwnPlaceQuery]) -> Page[OwnPlace]:
        """List the organisations one may act for."""
        found = organisations_in_reach(self.person(), parsed_query.q)
        page = paginate(found, ("path", "id"), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, self._place)

    def _place(self, row: Organisation) -> OwnPlace:
        return OwnPlace(
            id=row.pk,
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            kind=msgspec.convert(row.kind, Kind),
            is_current=row.pk == self.actor.organisation_id,
        )


class SessionsController(_Own):
    """The caller's sessions."""

    @endpoint(None, operation_id="listOwnSessions")
    def get(self, parsed_query: Query[PageQuery]) -> Page[OwnSession]:
        """List where one is logged in, the latest first."""
        page = paginate(own_sessions(self.person()), NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit)
        return page_of(page, self._session)

    @endpoint(None, operation_id="endOtherSessions")
    def delete(self) -> SessionsEnded:
        """End every session of one's own except the one that asks."""
        return SessionsEnded(end_sessions(user=self.person(), keep=self.session_key))

    def _session(self, row: UserSession) -> OwnSession:
        return OwnSession(
            id=row.pk,
            browser=browser_words(row.user_agent),
            ip=str(row.ip),
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_current=row.session_key == self.session_key,
        )


class SessionController(_Own):
    """One session."""

    @endpoint(None, operation_id="endSession")
    def delete(self, parsed_path: Path[SessionPath]) -> SessionsEnded:
        """End one session of one's own, but not the one that asks: log out instead."""
        user = self.person()
        if own_sessions(user).filter(pk=parsed_path.session_id, session_key=self.session_key).exists():
            raise Refused("own_session", _("This is the session you are using. Log out instead."))
        count = end_sessions(user=user, keep=self.session_key, only=parsed_path.session_id)
        if not count:
            raise Http404
        return SessionsEnded(count)


urls: list[URLPattern] = [
    path("me/profile", ProfileController.as_view(), name="profile"),
    path("me/organisations", PlacesController.as_view(), name="own-organisations"),
    path("me/sessions", SessionsController.as_view(), name="own-sessions"),
    path("me/sessions/<int:session_id>", SessionController.as_view(), name="own-session"),
]
