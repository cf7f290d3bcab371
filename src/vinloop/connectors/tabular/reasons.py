"""Why a row became no lead, in words a person can act on."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_WORDS = {
    "required": _("is missing"),
    "phone_or_email_required": _("a phone number or an e-mail address is needed"),
    "not_a_phone_or_email": _("neither phone number nor e-mail address can be read"),
    "wrong_encoding": _("the characters are garbled; save the file as UTF-8"),
    "brand_or_model_required": _("a brand or model is needed"),
    "too_long": _("is too long"),
}


def explain(reasons: Mapping[str, str]) -> str:
    """``customer.phones: neither phone number …``, all of them, in the reader's language."""
    return "; ".join(f"{path}: {_WORDS.get(code) or gettext(code)}" for path, code in reasons.items())
