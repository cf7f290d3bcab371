"""The answer to a request for access: everything every room keeps about a person, for programs and for paper."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer, PrivacyRequest
from vinloop.customers.personal_data import Section, personal_data
from vinloop.customers.privacy.erasing import whole_customer
from vinloop.customers.privacy.events import PersonalDataGivenOut, RequestNotFound
from vinloop.customers.privacy.requests import MANAGE
from vinloop.customers.privacy.settings import DOWNLOAD_DAYS
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Subject, record
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import get_setting
from vinloop.kernel.spreadsheets import safe_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_DEFAULT_LANGUAGE = "zh-hans"
Form = Literal["zip", "print"]


@dataclass(frozen=True, slots=True)
class RoomPart:
    """What one room keeps about the person."""

    code: str
    label: StrOrPromise
    sections: Sequence[Section]


def open_answer(*, actor: Actor, ref: str, form: Form, at: datetime) -> tuple[PrivacyRequest, list[RoomPart]]:
    """The data of an answered request, read now, to be handed out; that it was is recorded.

    Nothing is kept of it, so there is no copy to forget. Raises ``NotAllowed``, ``RequestNotFound``, and ``Refused``
    for a request that is not answered, is about something else, or whose days are over.
    """
    actor.require(MANAGE)
    request = PrivacyRequest.objects.select_related("customer").filter(ref=ref).first()
    if request is None:
        raise RequestNotFound(ref)
    _check(request, at)
    customer = request.customer
    with elevated("a person is told everything that is kept, in whatever organisation"):
        parts = gather(customer)
    subject = Subject("customers.customer", customer.pk, actor.organisation_id, customer.ref, customer.pk)
    record(PersonalDataGivenOut(ref=customer.ref, request=request.ref, form=form), actor=actor, subject=subject, at=at)
    return request, parts


def open_until(request: PrivacyRequest) -> datetime | None:
    """Until when the answer can be downloaded; ``None`` while there is none to download."""
    if request.kind != PrivacyRequest.Kind.ACCESS or request.state != PrivacyRequest.State.DONE:
        return None
    return None if request.closed_at is None else request.closed_at + timedelta(days=get_setting(DOWNLOAD_DAYS))


def gather(customer: Customer) -> list[RoomPart]:
    """What every room keeps about a customer and all that was merged into them. The caller sees all rows."""
    ids = whole_customer(customer)
    return [RoomPart(each.code, each.label, each.export(ids)) for each in personal_data()]


def as_zip(parts: Iterable[RoomPart]) -> bytes:
    """One JSON document per room, and a CSV file per kind of thing, in a ZIP archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            document = {each.code: [_plain_row(row) for row in each.rows] for each in part.sections}
            archive.writestr(f"{part.code}.json", msgspec.json.format(msgspec.json.encode(document)))
            for each in part.sections:
                if each.rows:
                    archive.writestr(f"{part.code}/{each.code}.csv", _csv(each))
    return target.getvalue()


def for_print(parts: Iterable[RoomPart]) -> list[dict[str, Any]]:
    """The same in words of the language in force; rooms and kinds that hold nothing are left out."""
    shown = []
    for part in parts:
        sections = [_printed(each) for each in part.sections if each.rows]
        if sections:
            shown.append({"label": part.label, "sections": sections})
    return shown


def language_of(customer: Customer) -> str:
    """The language the answer is written in: the customer's, or the house's."""
    return customer.language or _DEFAULT_LANGUAGE


def _check(request: PrivacyRequest, at: datetime) -> None:
    until = open_until(request)
    if request.customer.erased_at is not None:
        raise Refused("customer_erased", _("This customer's data were erased. There is nothing left to ask for."))
    if until is None:
        raise Refused("not_answered", _("Only an answered request for access has something to download."))
    if at >= until:
        raise Refused("download_over", _("The days for the download are over. Take down a new request."))


def _printed(section: Section) -> dict[str, Any]:
    heads = [str(words) for words in section.heads.values()]
    rows = [[_spelt(section, name, row.get(name)) for name in section.heads] for row in section.rows]
    return {"label": section.label, "heads": heads, "rows": rows}


def _spelt(section: Section, name: str, value: Any) -> str:
    """A value in words: yes and no, dates as people write them, codes as the section spells them."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_spelt(section, '', each)}" for key, each in value.items() if each)
    if isinstance(value, list | tuple):
        return ", ".join(_spelt(section, "", each) for each in value)
    if isinstance(value, bool | date):
        return _moment_or_answer(value)
    return str(section.choices.get(name, {}).get(value, value))


def _moment_or_answer(value: bool | date) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return formats.date_format(value, "DATE_FORMAT")


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """What JSON can hold; another object by its reference or name."""
    plain = (str, int, float, bool, datetime, date, dict, list, type(None))
    return value if isinstance(value, plain) else str(value)


def _csv(section: Section) -> bytes:
    """UTF-8 with the mark which Excel needs for Chinese; nothing in it is taken for a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(section.heads)
    writer.writerows([_cell(row.get(name)) for name in section.heads] for row in section.rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _cell(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, str):
        return safe_text(plain)
    return safe_text(msgspec.json.encode(plain).decode().strip('"'))
