"""The link with which a person chooses a new password, mailed to them on an administrator's wish."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.accounts.rank import require_rank_over
from vinloop.kernel.models import User
from vinloop.kernel.refusals import Refused


def send_password_link(*, actor: Actor, user: User, request: HttpRequest) -> None:
    """Mail a person the link to a new password; ``request`` says at which address the link opens.

    Raises ``Refused`` for somebody who has no address or is disabled, and when the mail server takes no mail.
    """
    require_rank_over(actor, user)
    form = ResetPasswordForm({"email": user.email})
    if not user.is_active or not form.is_valid():
        raise Refused("no_address", _("This person has no e-mail address, or is disabled. Set a password instead."))
    try:
        form.save(request)
    except OSError as error:
        words = _("The mail server did not take the message. Try again, or set a password.")
        raise Refused("mail_refused", words) from error
