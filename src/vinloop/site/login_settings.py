"""Log-in: allauth behind our own pages. Names are Django's and allauth's own."""

from __future__ import annotations

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

ACCOUNT_ADAPTER = "vinloop.kernel.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "vinloop.kernel.accounts.forms.LoginForm",
    "reset_password": "vinloop.kernel.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "vinloop.kernel.accounts.forms.NewPasswordForm",
    "change_password": "vinloop.kernel.accounts.forms.ChangePasswordForm",
    "reauthenticate": "vinloop.kernel.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators enter the addresses
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # the second factor is still asked
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end, this one goes on
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Many people of one dealer or call centre share an address, so it is limited generously and a name strictly.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/300s/key",
    "reset_password": "20/m/ip,3/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

MFA_ADAPTER = "vinloop.kernel.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "vinloop.kernel.accounts.forms.SecondFactorForm",
    "reauthenticate": "vinloop.kernel.accounts.forms.ConfirmCodeForm",
    "activate_totp": "vinloop.kernel.accounts.forms.ActivateAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1

SESSION_COOKIE_AGE = 14 * 24 * 3600
