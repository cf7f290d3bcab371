"""Why a delivery failed, in the reader's language. The codes are what the log and the API keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_WORDS: Mapping[str, StrOrPromise] = {
    "timeout": _("no answer in time"),
    "tls": _("certificate not accepted"),
    "no_http": _("answer not understood"),
    "endpoint_gone": _("receiver gone"),
    "unresolved": _("address not found"),
    "private": _("address inside our network"),
    "not_a_url": _("not an address"),
    "https_only": _("only https is allowed"),
    "credentials": _("password in the address"),
    "ConnectionRefusedError": _("connection refused"),
    "ConnectionResetError": _("connection broken off"),
    "BrokenPipeError": _("connection broken off"),
    "gaierror": _("address not found"),
}


def error_words(code: str) -> str:
    """What went wrong; any other error of the network is named in general, with its code."""
    if not code:
        return ""
    return str(_WORDS.get(code) or _("no connection (%(code)s)") % {"code": code})
