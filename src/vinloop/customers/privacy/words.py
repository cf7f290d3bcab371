"""The codes of requests, reasons and purposes in the words of the people who read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.customers.models import Consent, PrivacyRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Words = Mapping[str, StrOrPromise]

WHO: Words = {
    "self": _("The person"),
    "guardian": _("A parent or guardian"),
    "lawyer": _("Somebody with a written authority"),
    "heir": _("A next of kin of the deceased"),
}
WAYS: Words = {
    "email": _("By e-mail"),
    "letter": _("By letter"),
    "phone": _("By phone"),
    "person": _("In person"),
    "site": _("On the public site"),
    "authority": _("Through an authority"),
}
PROOFS: Words = {
    "id_seen": _("Identity document seen"),
    "call_back": _("Called back at the number we know"),
    "known_email": _("Written from the e-mail address we know"),
    "sms_code": _("Code sent to the number we know"),
    "authority_seen": _("Written authority seen"),
}
REFUSALS: Words = {
    "not_proven": _("Who asked could not be proven"),
    "contract": _("A contract that runs still needs the data"),
    "legal_duty": _("A law asks us to keep the data"),
    "claims": _("The data are needed for legal claims"),
    "excessive": _("Asked again and again without a reason"),
    "withdrawn": _("The person took the request back"),
    "erased": _("The data were erased meanwhile"),
}
PURPOSES: Words = {
    "contact": _("About their request and their car"),
    "marketing": _("News and offers"),
    "profiling": _("Analysis of their behaviour"),
    "partners": _("Handing data to partners"),
}
STATES: Words = {
    "open": pgettext_lazy("request by law", "Open"),
    "done": pgettext_lazy("request by law", "Done"),
    "refused": pgettext_lazy("request by law", "Refused"),
}
DONE: Words = {
    "removed": _("Removed"),
    "emptied": _("Emptied of what is personal"),
    "kept": pgettext_lazy("erasure", "Kept"),
}


GIVEN_OUT: Words = {"zip": _("as files"), "print": _("on paper")}


def kind_words(code: str) -> StrOrPromise:
    """What somebody asked for."""
    return dict(PrivacyRequest.Kind.choices).get(code, code)


def state_words(code: str) -> StrOrPromise:
    """How far a request is."""
    return STATES.get(code, code)


def asked_words(asked_how: str) -> tuple[StrOrPromise, StrOrPromise]:
    """Who asked, and by which way."""
    who, _colon, way = asked_how.partition(":")
    return WHO.get(who, who), WAYS.get(way, way)


def channel_words(code: str) -> StrOrPromise:
    """A channel; the purpose as a whole for none."""
    return dict(Consent.Channel.choices).get(code, code) if code else _("as a whole")


def purpose_words(code: str) -> StrOrPromise:
    """What a consent is for."""
    return PURPOSES.get(code, code)
