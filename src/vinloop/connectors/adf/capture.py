"""A lead file becomes leads: the one way for files that came by HTTP and by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from vinloop.connectors.adf.document import AdfDocument
from vinloop.connectors.adf.mailbody import extract_adf
from vinloop.connectors.adf.parse import parse_adf
from vinloop.connectors.adf.prospects import to_submissions
from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.connectors.adf.submissions import submission_of
from vinloop.connectors.senders import sender_actor
from vinloop.connectors.words import UNUSABLE, prospect_remark
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.intake.channels import NotUnderstood, Partly
from vinloop.kernel.intake.remarks import Remark
from vinloop.kernel.models import ReceivedDocument
from vinloop.leads.actions import Captured, Refused, capture_leads

CHANNEL = "adf"
MOST_EXPLAINED = 50


class ProspectProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a prospect became no lead. ``position`` counts in the file from 1; ``fields``: field path → reason code."""

    position: int
    reason: str
    fields: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: a lead per usable prospect, and the others with the reason."""

    leads: list[Captured] = field(default_factory=list)
    problems: list[ProspectProblem] = field(default_factory=list)

    @property
    def made(self) -> Sequence[str] | Partly:
        """The outcome as intake keeps it. Raises ``NotUnderstood`` when nothing could be used."""
        refs = list(dict.fromkeys(lead.ref for lead in self.leads))
        if not self.problems:
            return refs
        if not refs:
            raise NotUnderstood(self.problems[0].reason, self.explanation)
        return Partly(refs, UNUSABLE, self.explanation)

    @property
    def explanation(self) -> list[Remark]:
        """Which prospects could not be used, for a person; values are never quoted."""
        return [prospect_remark(each.position, each.reason, each.fields) for each in self.problems[:MOST_EXPLAINED]]


def take_file(*, actor: Actor, data: bytes, document: ReceivedDocument, at: datetime) -> Taken:
    """Capture every usable prospect of a lead file in the current transaction. Raises ``AdfRefused``."""
    read = parse_adf(data)
    submissions = [submission_of(lead, received_at=document.received_at) for lead in to_submissions(read)]
    answers = capture_leads(actor=actor, submissions=submissions, at=at, document_id=document.pk)
    taken = Taken(problems=[ProspectProblem(each.position, each.reason_code) for each in read.problems])
    for position, answer in zip(_positions(read), answers, strict=True):
        if isinstance(answer, Refused):
            taken.problems.append(ProspectProblem(position, UNUSABLE, answer.problems))
        else:
            taken.leads.append(answer)
    taken.problems.sort(key=lambda problem: problem.position)
    return taken


def handle_file(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str] | Partly:
    """Intake's handler of files that came by HTTP; acts as the sender, whoever asks for it."""
    with acting(sender_actor(document, CHANNEL)) as sender:
        try:
            return take_file(actor=sender, data=bytes(document.body), document=document, at=at).made
        except AdfRefused as refusal:
            raise not_understood(refusal) from refusal


def take_mail(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str] | Partly | None:
    """Capture the lead files in a mail; ``None`` for a mail without one. Several files count as one."""
    files = extract_adf(bytes(document.body))
    if not files:
        return None
    whole = Taken()
    for data in files:
        _take_in(whole, data, document, actor, at)
    return whole.made


def not_understood(refusal: AdfRefused) -> NotUnderstood:
    """The parser's refusal as intake keeps it."""
    return NotUnderstood(refusal.reason_code, [refusal.remark])


def _take_in(whole: Taken, data: bytes, document: ReceivedDocument, actor: Actor, at: datetime) -> None:
    try:
        taken = take_file(actor=actor, data=data, document=document, at=at)
    except AdfRefused as refusal:
        whole.problems.append(ProspectProblem(0, refusal.reason_code))
    else:
        whole.leads.extend(taken.leads)
        whole.problems.extend(taken.problems)


def _positions(read: AdfDocument) -> list[int]:
    """Where the readable prospects stand in the file."""
    left_out = {problem.position for problem in read.problems}
    everything = range(1, len(read.prospects) + len(left_out) + 1)
    return [position for position in everything if position not in left_out]
