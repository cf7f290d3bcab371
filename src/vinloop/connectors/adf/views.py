"""``POST /in/adf``: lead files by HTTP, for portals and manufacturers. Documented in docs/connectors.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from vinloop.connectors.adf.capture import CHANNEL, ProspectProblem, Taken, not_understood, take_file
from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.connectors.senders import sender_context
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.gate import Access, declare_access
from vinloop.kernel.api.authentication import CHALLENGE, actor_of
from vinloop.kernel.api.problems import ProblemError, forbidden, make_problem, plain, problem_response
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document, settle
from vinloop.kernel.intake.channels import NotUnderstood
from vinloop.kernel.intake.remarks import spell_detail
from vinloop.kernel.models import ReceivedDocument
from vinloop.leads.actions.capture import CAPTURE

_STATUS: Final = {"too_large": 413, "no_prospect": 422, "no_customer": 422, "unusable_prospect": 422}


class LeadAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A prospect's lead. ``merged_into`` is set when it was attached to a lead that existed."""

    ref: str
    customer_ref: str
    merged_into: str | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of the file; ``problems`` names the prospects which now wait in quarantine."""

    document: str
    leads: list[LeadAnswer]
    problems: list[ProspectProblem] = []


@csrf_exempt
def receive_adf(request: HttpRequest) -> HttpResponse:
    """Take in a lead file; the bytes are kept, and committed, before anybody reads them."""
    try:
        return _receive(request, timezone.now())
    except Exception as error:
        return problem_response(request, error)


declare_access(receive_adf, Access(CAPTURE))


def _receive(request: HttpRequest, at: datetime) -> HttpResponse:
    if request.method != "POST":
        raise ProblemError(plain(405), headers={"Allow": "POST"})
    actor = _sender(request, at)
    with acting(actor):
        document = _keep(actor, request, at)
    try:
        with acting(actor):
            taken = take_file(actor=actor, data=bytes(document.body), document=document, at=at)
            settle(actor=actor, document=document, made=taken.made, at=at)
    except AdfRefused as refusal:
        raise _quarantined(actor, document, not_understood(refusal), at) from refusal
    except NotUnderstood as refusal:
        raise _quarantined(actor, document, refusal, at, taken) from refusal
    return _answer(document, taken)


def _sender(request: HttpRequest, at: datetime) -> Actor:
    """The program behind the token; a browser's session is no key to this door."""
    if not request.META.get("HTTP_AUTHORIZATION"):
        problem = make_problem(401, "unauthenticated", _("Send your token: “Authorization: Bearer vl_…”"))
        raise ProblemError(problem, headers={"WWW-Authenticate": CHALLENGE})
    actor = replace(actor_of(request, at), door=CHANNEL)
    if not actor.may(CAPTURE):
        raise ProblemError(forbidden(CAPTURE))
    return actor


def _keep(actor: Actor, request: HttpRequest, at: datetime) -> ReceivedDocument:
    envelope = Envelope(channel=CHANNEL, content_type=request.content_type or "", context=sender_context(actor))
    return receive_document(actor=actor, owner_id=actor.organisation_id, body=request.body, envelope=envelope, at=at)


def _answer(document: ReceivedDocument, taken: Taken) -> HttpResponse:
    """201 when anything new was written, 200 for a mere repetition."""
    leads = [LeadAnswer(lead.ref, lead.customer_ref, lead.merged_into) for lead in taken.leads]
    body = msgspec.json.encode(Answer(document.ref, leads, taken.problems))
    status = 200 if all(lead.is_resend for lead in taken.leads) else 201
    return HttpResponse(body, status=status, content_type="application/json", headers={"Cache-Control": "no-store"})


def _quarantined(
    actor: Actor, document: ReceivedDocument, refusal: NotUnderstood, at: datetime, taken: Taken | None = None
) -> ProblemError:
    """Put the file aside, in a transaction of its own, and say so."""
    with acting(actor):
        quarantine(actor=actor, document=document, reason=refusal.reason, detail=refusal.detail, at=at)
    problem = make_problem(
        _STATUS.get(refusal.reason, 400),
        "adf-not-understood",
        _("The lead file could not be understood; it is kept in quarantine"),
        spell_detail(refusal.detail),
    )
    problems = msgspec.to_builtins(taken.problems) if taken else []
    members = {"quarantine": document.ref, "reason": refusal.reason, "problems": problems}
    return ProblemError(problem, members=members)
