"""How log-in behaves here: what allauth asks us while it does the work."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.access.scope import acting
from vinloop.kernel.accounts.events import LoginFailed, PasswordSet, UserLoggedIn, about_user
from vinloop.kernel.events import Fact, record
from vinloop.kernel.models import User
from vinloop.kernel.settings import get_setting

_SECOND_FACTOR_WORDS = DefaultMFAAdapter.error_messages | {
    "incorrect_code": gettext_lazy("This is not the code which the app shows now."),
}
_YEAR = int(timedelta(days=365).total_seconds())
_UNKNOWN_ADDRESS = str(IPv4Address(0))
_SILENT = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    """No self sign-up; links lead to our public address; log-ins and passwords leave a fact."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by administrators."""
        return False

    def post_login(  # the names are allauth's
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        email_verification: str,
        signal_kwargs: dict[str, Any] | None,
        email: str | None,
        signup: bool,
        redirect_url: str | None,
    ) -> HttpResponse:
        """Go on in the person's own language."""
        response = super().post_login(
            request,
            user,
            email_verification=email_verification,
            signal_kwargs=signal_kwargs,
            email=email,
            signup=signup,
            redirect_url=redirect_url,
        )
        person = cast(User, user)
        remember_language(response, person.language)
        _record(person, UserLoggedIn())
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a trace under a name we know; guesses at unknown names are only counted by the throttle."""
        user = User.objects.filter(username=str(credentials.get("username", "")).lower()).first()
        if user is not None:
            _record(user, LoginFailed())

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The person's own change, after the old password or the link from the mail."""
        super().set_password(user, password)
        _record(cast(User, user), PasswordSet())

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any,
                    **kwargs: Any) -> None:  # fmt: skip
        """Say nothing where the page itself shows what happened."""
        if message_template not in _SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail. The host of the request is the sender's word, not ours: use the public address."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send from the product, in the language of the one who reads it."""
        person = context.get("user")
        words = {"brand": get_setting("kernel.brand"), "public_url": settings.PUBLIC_URL}
        with translation.override(person.language if isinstance(person, User) else None):
            super().send_mail(template_prefix, email, {**context, **words})

    def format_email_subject(self, subject: str) -> str:
        """The product's name stands in the subject already."""
        return str(subject)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell people about changes to their security at the address we know."""
        known = cast(User, user).email
        if known:
            super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email=known)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address as the door in front of us established it."""
        return request.META.get("REMOTE_ADDR") or _UNKNOWN_ADDRESS

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the person's role."""
        return str(settings.LOGIN_REDIRECT_URL)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Without the host: whoever may choose it could start counting from nothing with every guess.
        return str(credentials.get("email", credentials.get("username", ""))).lower()

    def is_safe_url(self, url: str) -> bool:
        """Only our own pages: a path, or an address on the host that was asked."""
        parts = urlsplit(url)
        is_local = not parts.scheme and not parts.netloc and url.startswith("/") and not url.startswith("//")
        return is_local and bool(super().is_safe_url(url))


class SecondFactorAdapter(DefaultMFAAdapter):
    """What the authenticator app shows beside the code, and what is said about a wrong one."""

    error_messages = _SECOND_FACTOR_WORDS

    def get_totp_issuer(self) -> str:
        """The product's name."""
        return str(get_setting("kernel.brand"))

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The log-in name: it stays when the address changes."""
        return user.get_username()


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the chosen language in the browser for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _record(user: User, fact: Fact) -> None:
    actor = load_actor(user, organisation_id=None, door="screen")
    if actor is not None:
        _record_as(actor, user, fact)


def _record_as(actor: Actor, user: User, fact: Fact) -> None:
    with acting(actor):
        record(fact, actor=actor, subject=about_user(user, actor.organisation_id), at=timezone.now())
