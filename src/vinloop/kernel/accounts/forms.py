"""allauth's forms in our words: labels instead of placeholders, and no link inside a hint."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.accounts.notices import NoticeKind
from vinloop.kernel.accounts.queries import organisations_in_reach
from vinloop.kernel.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PASSWORD_HINT = _("At least 8 characters, not only digits, nothing like your name.")


class LoginForm(account.LoginForm):
    """User name or e-mail address, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("User name or e-mail"), autofocus=True, autocapitalize="none")
        _word(self, "password", _("Password"))
        _word(self, "remember", _("Stay logged in on this device for two weeks"))


class ForgottenPasswordForm(account.ResetPasswordForm):
    """Where the link to a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", _("E-mail address"), autofocus=True)


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password, after the link from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password1", _("New password"), _PASSWORD_HINT, autofocus=True)
        _word(self, "password2", _("New password again"))


class ChangePasswordForm(account.ChangePasswordForm):
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("Current password"), autofocus=True)
        _word(self, "password1", _("New password"), _PASSWORD_HINT)
        _word(self, "password2", _("New password again"))


class ConfirmPasswordForm(account.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Password"), autofocus=True)


class SecondFactorForm(factor.AuthenticateForm):
    """The code after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class ConfirmCodeForm(factor.ReauthenticateForm):
    """The code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class ActivateAppForm(ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self, _("Type the six digits which the app shows now."))


class ProfileForm(forms.Form):
    """What people change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=150)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=150, required=False)
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("For a new password when you forget yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"}))
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices)

    def __init__(
        self, *args: Any, offered: Sequence[NoticeKind] = (), muted: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offered = [each.code for each in offered]
        for each in offered:
            self.fields[f"mail/{each.code}"] = forms.BooleanField(
                label=each.label,
                required=False,
                initial=each.code not in muted,
                help_text=_("Everything is on the screen as well, whether a mail comes or not."),
            )

    def wanted(self) -> list[str]:
        """The mails chosen among those offered."""
        return [code for code in self._offered if self.cleaned_data[f"mail/{code}"]]

    def person(self) -> dict[str, Any]:
        """What was said about the person."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("mail/")}


class TokenForm(forms.Form):
    """A key for one of the person's own programs."""

    label = forms.CharField(label=_("What is it for?"), max_length=100, help_text=_("For example: stock export"))
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty means until you revoke it."),
        widget=forms.DateInput({"type": "date"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.ModelChoiceField(
            label=_("Acts for"), queryset=organisations_in_reach(user), empty_label=None
        )
        self.order_fields(["label", "organisation", "expires_on"])


def _word(form: forms.Form, name: str, label: StrOrPromise, hint: StrOrPromise = "", **attributes: Any) -> None:
    """Give a field our label and hint. A placeholder disappears with the first letter, so there is none."""
    field = form.fields.get(name)
    if field is None:
        return
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _word_code(form: forms.Form, hint: StrOrPromise = "") -> None:
    hint = hint or _("From your authenticator app, or a recovery code.")
    _word(form, "code", _("Code from the app"), hint, autofocus=True, inputmode="numeric", autocomplete="one-time-code")
