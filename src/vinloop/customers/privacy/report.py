"""A request by law as a row, and what its page tells: who asked, and room by room what was removed or kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinloop.customers.models import PrivacyRequest
from vinloop.customers.personal_data import personal_data, words_of
from vinloop.customers.privacy.answers import open_until
from vinloop.customers.privacy.queries import days_left
from vinloop.customers.privacy.words import DONE, PROOFS, REFUSALS, asked_words, kind_words, state_words
from vinloop.customers.words import field_words
from vinloop.kernel.web import cells
from vinloop.kernel.web.record import Fact, FactGroup, Panel
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.kernel.web.times import exact

_SOON_DAYS = 7
_State = PrivacyRequest.State


def requests_columns() -> list[Column]:
    """The columns of the list."""
    return [
        Column("customer", _("Customer")),
        Column("kind", _("Asks for")),
        Column("due", _("Due on")),
        Column("state", _("State")),
        Column("asked", _("How they asked"), is_on_phone=False),
        Column("opened", _("Taken down"), is_on_phone=False),
    ]


def request_row(request: PrivacyRequest, today: date) -> Row:
    """A request in the list."""
    who, way = asked_words(request.asked_how)
    name = request.customer.name or (_("Erased") if request.customer.erased_at else _("Name not known"))
    return Row(
        reverse("customers:privacy_request", args=[request.ref]),
        [
            cells.two_lines(name, request.ref), kind_words(request.kind), str(request.due_on),
            request_badge(request, today), f"{who} · {way}", cells.ago(request.opened_at),
        ],
        ref=request.ref,
        label=name,
    )  # fmt: skip


def request_badge(request: PrivacyRequest, today: date) -> SafeString:
    """How far it is; an open one says how many days are left."""
    if request.state != _State.OPEN:
        return cells.badge(state_words(request.state), "good" if request.state == _State.DONE else "muted")
    left = days_left(request, today)
    if left < 0:
        return cells.badge(ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left}, "overdue")
    words = _("due today") if left == 0 else ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return cells.badge(words, "soon" if left <= _SOON_DAYS else "info")


def facts_of(request: PrivacyRequest) -> list[FactGroup]:
    """Who asked, how, by when it is due and how it ended."""
    who, way = asked_words(request.asked_how)
    customer = cells.link(
        request.customer.name or request.customer.ref, reverse("customers:customer_page", args=[request.customer.ref])
    )
    facts = [
        Fact(_("Customer"), customer),
        Fact(_("Who asked"), who),
        Fact(_("How they asked"), way),
        Fact(_("Proof of identity"), PROOFS.get(request.identity_proof, request.identity_proof)),
        Fact(_("Taken down"), exact(request.opened_at)),
        Fact(_("Due on"), str(request.due_on)),
    ]
    if request.note:
        facts.append(Fact(_("Note"), request.note))
    if request.closed_at:
        facts.append(Fact(_("Answered"), exact(request.closed_at)))
    until = open_until(request)
    if until:
        facts.append(Fact(_("Download until"), exact(until)))
    return [FactGroup(_("The request"), facts)]


def panels_of(request: PrivacyRequest) -> list[Panel]:
    """What was done."""
    report = request.report
    if "rooms" in report:
        html = render_to_string("customers/_erasure_report.html", {"rooms": _rooms(report), "report": report})
        return [Panel(_("What was removed and what was kept"), html=SafeString(html), key="report")]
    if "reason" in report:
        return [
            Panel(_("Why it was refused"), html=str(REFUSALS.get(report["reason"], report["reason"])), key="reason")
        ]
    if "fields" in report:
        return [Panel(_("Corrected fields"), html=field_words(", ".join(report["fields"])), key="fields")]
    words = _next_words(request)
    return [Panel(_("What to do"), html=words, key="next")] if words else []


def _rooms(report: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {handler.code: handler.label for handler in personal_data()}
    return [
        {
            "label": labels.get(room["room"], room["room"]),
            "outcomes": [
                {
                    "what": words_of(each["what"]),
                    "done": DONE.get(each["done"], each["done"]),
                    "is_kept": each["done"] == "kept",
                    "duty": words_of(each["duty"]) if each["duty"] else "",
                    "count": each["count"],
                }
                for each in room["outcomes"]
            ],
        }
        for room in report["rooms"]
        if room["outcomes"]
    ]


def _next_words(request: PrivacyRequest) -> str:
    until = open_until(request)
    if until is not None and request.customer.erased_at is None and timezone.now() < until:
        return _("Download or print the data and hand them to the person. The files hold everything: keep no copy.")
    if request.state != _State.OPEN:
        return ""
    words = {
        "access": _("Give the data out: they can then be downloaded and printed for some days, and each time is kept."),
        "correction": _("Correct the fields the person names. No import writes them again."),
        "erasure": _("Erase: every room forgets the person. An order that is not delivered stands against it."),
    }
    return words.get(request.kind, "")
