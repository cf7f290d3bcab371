"""Registering the systems that keep customers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vinloop.customers.events import SourceRegistered
from vinloop.customers.models import Source
from vinloop.customers.standard.fields import BY_CODE
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.models import Organisation
from vinloop.kernel.refusals import Refused

MANAGE = "customers.source:manage"
IMPORT = "customers.source:import"
# A dot in front would make it a place of its own in addresses and folders.
_CODE = re.compile(r"\w[\w.\-]{0,59}")
_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerms:
    """What is agreed about a source. ``mapping`` is column → field; ``trust`` 0-100."""

    name: str = ""
    kind: str = Source.Kind.OTHER
    trust: int = 50
    country: str = "CN"
    mapping: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True


def register_source(*, actor: Actor, code: str, owner: Organisation, terms: SourceTerms, at: datetime) -> Source:
    """Register a source, or change what is agreed about it. Raises ``NotAllowed`` and ``Refused``."""
    actor.require(MANAGE, organisation_id=owner.pk)
    _check(code, terms)
    values = {
        "name": terms.name or code,
        "kind": terms.kind,
        "trust": terms.trust,
        "country": terms.country,
        "mapping": dict(terms.mapping),
        "is_active": terms.is_active,
    }
    source, is_new = Source.objects.update_or_create(
        code=code, defaults=values, create_defaults={**values, "owner": owner, "created_at": at}
    )
    fact = SourceRegistered(code=code, is_new=is_new)
    record(fact, actor=actor, subject=Subject("customers.source", source.pk, owner.pk, code), at=at)
    return source


def keep_mapping(*, actor: Actor, source: Source, mapping: Mapping[str, str], at: datetime) -> None:
    """Save how a person who imports read the source's file, for the next one. Raises ``NotAllowed`` and ``Refused``."""
    actor.require(IMPORT, organisation_id=source.owner_id)
    if not set(mapping.values()) <= BY_CODE.keys():
        raise Refused("mapping", _("A column is mapped to a field that does not exist."), "mapping")
    if source.mapping == mapping:
        return
    source.mapping = dict(mapping)
    source.save(update_fields=["mapping"])
    fact = SourceRegistered(code=source.code, is_new=False)
    record(fact, actor=actor, subject=Subject("customers.source", source.pk, source.owner_id, source.code), at=at)


def require_open(source: Source) -> None:
    """Raises ``Refused`` for a source that was closed."""
    if not source.is_active:
        raise Refused("source_closed", _("This source was closed. Open it again on its page."), "source")


def _check(code: str, terms: SourceTerms) -> None:
    if not _CODE.fullmatch(code):
        words = _("Use letters, digits, dots and dashes, at most 60; begin with a letter or digit.")
        raise Refused("code", words, "code")
    if not _COUNTRY.fullmatch(terms.country):
        raise Refused("country", _("Write the country as two letters, like CN."), "country")
    if not 0 <= terms.trust <= 100:
        raise Refused("trust", _("Trust is a number from 0 to 100."), "trust")
    if terms.kind not in Source.Kind.values:
        raise Refused("kind", _("There is no such kind of source."), "kind")
    if not set(terms.mapping.values()) <= BY_CODE.keys():
        raise Refused("mapping", _("A column is mapped to a field that does not exist."), "mapping")
