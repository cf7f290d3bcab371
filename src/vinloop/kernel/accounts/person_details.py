"""What is known of a person, and everything that is wrong with it: a form tells it in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.identifiers.email import normalise_email
from vinloop.kernel.identifiers.phone import parse_phone
from vinloop.kernel.identifiers.text import fold
from vinloop.kernel.models import User
from vinloop.kernel.refusals import Refused

_USERNAME: Final = re.compile(r"[\w.+-]{2,150}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """What is known of a person. ``language`` is zh-hans or en; e-mail is needed to reset a password."""

    username: str
    name: str
    name_en: str = ""
    email: str = ""
    phone: str = ""
    language: str = "zh-hans"


def in_stored_spelling(person: PersonDetails) -> PersonDetails:
    """The details as they are kept; an address or a number which is none stays as it was typed."""
    phone = parse_phone(person.phone) if person.phone.strip() else None
    return replace(
        person,
        username=fold(person.username).lower(),
        name=fold(person.name),
        name_en=fold(person.name_en),
        email=normalise_email(person.email) or person.email.strip(),
        phone=phone.e164 if phone else person.phone.strip(),
    )


def problems_of(person: PersonDetails, user: User | None = None) -> Iterator[Refused]:
    """All that keeps these details from being saved, in the order of the form; ``user`` is whom they change."""
    details = in_stored_spelling(person)
    yield from _misspelt(details)
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if others.filter(username=details.username).exists():
        yield Refused("username_taken", _("Somebody else has this log-in name."), "username")
    # People log in with either: an address that is somebody's must not be shared.
    if details.email and others.filter(email=details.email).exists():
        yield Refused("email_taken", _("Somebody else has this e-mail address."), "email")


def password_problems(password: str, user: User) -> Iterator[Refused]:
    """Why this is no good password for them."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        yield Refused("weak_password", " ".join(error.messages), "password")


def _misspelt(details: PersonDetails) -> Iterator[Refused]:
    if not _USERNAME.fullmatch(details.username):
        yield Refused("bad_username", _("Use 2 to 150 letters, digits, dots, dashes or underscores."), "username")
    if not details.name:
        yield Refused("no_name", _("Enter the person's name."), "name")
    if details.language not in User.Language.values:
        yield Refused("bad_language", _("Choose one of the offered languages."), "language")
    if details.email and normalise_email(details.email) is None:
        yield Refused("bad_email", _("This is not an e-mail address. Write it like name@example.com."), "email")
    if details.phone and parse_phone(details.phone) is None:
        yield Refused("bad_phone", _("This is not a phone number."), "phone")
