"""Addresses of log-in and of the person's own pages, below ``accounts/``. Only what we offer of allauth is here.

The names are allauth's where it looks them up itself. Entrance pages are open to anybody and run outside the gate's
transaction: the throttle must count at once and hold no lock while a password is hashed. The pages for people who are
logged in go through the gate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, re_path

from vinloop.kernel.access.gate import Access, declare_access, screen
from vinloop.kernel.accounts import views

_View = Callable[..., HttpResponseBase]


def _entrance(view: _View) -> _View:
    """A page of allauth's for people who are not logged in yet."""
    declare_access(view, Access(None, is_public=True))
    return view


def _own(view: _View) -> _View:
    """A page of allauth's about the person's own account."""

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return screen(None, methods=("GET", "POST"))(page)


urlpatterns: list[URLPattern] = [
    path("login/", _entrance(account.login), name="account_login"),
    path("logout/", _entrance(account.logout), name="account_logout"),
    path("inactive/", _entrance(account.account_inactive), name="account_inactive"),
    path("password/reset/", _entrance(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", _entrance(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _entrance(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _entrance(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/authenticate/", _entrance(factor.authenticate), name="mfa_authenticate"),
    path("reauthenticate/", _own(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", _own(account.password_change), name="account_change_password"),
    path("password/set/", _own(account.password_set), name="account_set_password"),
    path("2fa/", _own(factor.index), name="mfa_index"),
    path("2fa/reauthenticate/", _own(factor.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/app/activate/", _own(app.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/deactivate/", _own(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", _own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", _own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", _own(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("profile/", views.profile, name="profile"),
    path("security/", views.security, name="security"),
    path("sessions/end/", views.end_session, name="end_session"),
    path("tokens/new/", views.token_new, name="own_token_new"),
    path("tokens/<int:token_id>/revoke/", views.token_revoke, name="own_token_revoke"),
    path("organisation/", views.switch_organisation, name="switch_organisation"),
    path("language/", views.set_language, name="set_language"),
]
