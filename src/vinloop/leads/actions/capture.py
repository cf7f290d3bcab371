"""The one way in: every form, call, file, mail and programme ends here.

The same statements serve one lead and a batch of hundreds, so their number does not depend on how many arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vinloop.customers.actions import give_access, identify_people, known_people, record_consents, write_people
from vinloop.customers.actions.identify import Person, contact_lock, read_contacts
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.db.bulk import ask_together, locking, sent_together
from vinloop.kernel.events import record_all
from vinloop.leads.actions.capture_rows import Draft, attach_touches, write_leads, write_touches
from vinloop.leads.actions.hand_over import take_over
from vinloop.leads.actions.losing import take_up_lost, wake
from vinloop.leads.actions.registry import campaign_ids, source_ids
from vinloop.leads.events import SubmissionRefused
from vinloop.leads.queries.duplicates import KnownLead, by_touch, open_leads_of, touched_before
from vinloop.leads.rules.external_ids import kept_id
from vinloop.leads.rules.states import WAKING
from vinloop.leads.rules.submissions import Submission, submission_problems
from vinloop.network.places import locate
from vinloop.network.queries import dealer_id_by_code
from vinloop.vehicles.actions.interests import resolve_interests

CAPTURE = "leads.lead:capture"


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of a submission. ``merged_into`` is set when it was attached to a lead that existed."""

    ref: str
    customer_ref: str
    lead_id: int
    merged_into: str | None = None
    is_resend: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A submission that can't become a lead: field path → reason code."""

    problems: dict[str, str]


def capture_lead(*, actor: Actor, submission: Submission, at: datetime, document_id: int | None = None) -> Captured:
    """Capture one submission. Raises ``SubmissionRefused`` when it can't become a lead, and ``NotAllowed``."""
    answer = capture_leads(actor=actor, submissions=[submission], at=at, document_id=document_id)[0]
    if isinstance(answer, Refused):
        raise SubmissionRefused(answer.problems)
    return answer


def capture_leads(
    *, actor: Actor, submissions: Sequence[Submission], at: datetime, document_id: int | None = None
) -> list[Captured | Refused]:
    """Capture submissions in the current transaction; answers in their order.

    A resend (same source and external id) changes nothing and is answered like the first time. The same customer
    and brand within the duplicate window is one lead: the later touch is attached to it. A dealer's own lead
    starts at that dealer, already accepted; all others start at headquarters, to be verified.
    """
    actor.require(CAPTURE)
    answers: list[Captured | Refused | None] = [None] * len(submissions)
    drafts: list[Draft] = []
    dealer_id = actor.organisation_id if actor.organisation_kind == "dealer" else None
    for position, submission in enumerate(submissions):
        phones, emails = read_contacts(submission.customer.phones, submission.customer.emails)
        problems = submission_problems(submission, phones=len(phones), emails=len(emails))
        if problems:
            answers[position] = Refused(problems)
        else:
            drafts.append(
                Draft(position, submission, phones, emails, external_id=kept_id(submission.external_id, dealer_id))
            )
    if drafts:
        with elevated("recognise customers and leads whoever has them"):
            for draft, captured in zip(drafts, _capture(actor, drafts, at, document_id), strict=True):
                answers[draft.position] = captured
    return [answer for answer in answers if answer is not None]


def _capture(actor: Actor, drafts: list[Draft], at: datetime, document_id: int | None) -> list[Captured]:
    _resolve(drafts)
    people = [_person(draft) for draft in drafts]
    _, touches, known = ask_together(
        locking(_locks(drafts)),
        touched_before([draft.external_id for draft in drafts if draft.external_id]),
        known_people(people, actor),
    )
    _mark_resends(drafts, by_touch(touches))
    fresh = [(draft, person) for draft, person in zip(drafts, people, strict=True) if draft.existing is None]
    _identify(actor, fresh, known)
    _find_duplicates(actor, [draft for draft, _ in fresh], at)
    _write(actor, fresh, at, document_id)
    _wake(actor, [draft for draft, _ in fresh], at)
    _follow_dealer(actor, [draft for draft, _ in fresh], at)
    _take_up_lost(actor, [draft for draft, _ in fresh], at)
    _keep_consents(actor, [draft for draft, _ in fresh], at)
    return [_answer(draft) for draft in drafts]


Fresh = Sequence[tuple[Draft, Person]]


def _write(actor: Actor, fresh: Fresh, at: datetime, document_id: int | None) -> None:
    """Everything new in one go. A resend found only within the batch brings no touch of its own."""
    arrived = [(draft, person) for draft, person in fresh if not draft.is_resend]
    if not arrived:
        return
    with sent_together():
        facts = write_people(
            people=[person for _, person in arrived],
            answers=[draft.person for draft, _ in arrived],
            owner_id=actor.organisation_id,
            at=at,
        )
        facts += write_leads(actor=actor, drafts=[d for d, _ in arrived if d.existing is None], at=at)
        facts += attach_touches(drafts=[d for d, _ in arrived if d.existing is not None], at=at)
        write_touches(actor=actor, drafts=[d for d, _ in arrived], at=at, document_id=document_id)
        record_all(facts, actor=actor, at=at)


def _resolve(drafts: list[Draft]) -> None:
    sources = source_ids(draft.submission.source for draft in drafts)
    campaigns = campaign_ids(draft.submission.campaign for draft in drafts)
    wishes = resolve_interests([(d.submission.interest.brand, d.submission.interest.model) for d in drafts])
    for draft, (brand_id, model_id, model_text) in zip(drafts, wishes, strict=True):
        draft.source_id = sources[draft.submission.source]
        draft.campaign_id = campaigns.get(draft.submission.campaign)
        draft.brand_id, draft.model_id, draft.model_text = brand_id, model_id, model_text
        draft.wished_dealer_id = dealer_id_by_code(draft.submission.wished_dealer)
        draft.place = locate(draft.submission.customer.city) or locate(draft.submission.customer.address)


def _locks(drafts: list[Draft]) -> list[int]:
    """The locks of everything at once: taken in two goes, two batches could wait for each other for ever."""
    keys = [contact_lock(value) for draft in drafts for value in (*draft.phones, *draft.emails)]
    return keys + [contact_lock(f"{d.source_id}\n{d.external_id}") for d in drafts if d.external_id]


def _mark_resends(drafts: Sequence[Draft], known: Mapping[tuple[int, str], KnownLead]) -> None:
    for draft in drafts:
        if draft.external_id and (found := known.get((draft.source_id, draft.external_id))):
            draft.existing, draft.is_resend = found, True


def _identify(actor: Actor, fresh: Fresh, known: Iterable[tuple[Any, ...]]) -> None:
    found = identify_people(
        actor=actor,
        people=[person for _, person in fresh],
        known=known,
        is_guarded=actor.organisation_kind == "dealer",
    )
    for (draft, _), customer in zip(fresh, found, strict=True):
        draft.customer = customer


def _person(draft: Draft) -> Person:
    customer = draft.submission.customer
    return Person(
        name=customer.name.strip(),
        phones=draft.phones,
        emails=draft.emails,
        kind=customer.kind,
        city=draft.place.city if draft.place else customer.city,
        province=draft.place.province if draft.place else customer.province,
        address=customer.address,
        language=draft.submission.language,
        source=f"lead:{draft.submission.source}"[:60],
        source_key=draft.source_key,
        payload=draft.payload["customer"],
    )


def _find_duplicates(actor: Actor, drafts: list[Draft], at: datetime) -> None:
    known = open_leads_of({d.customer_id for d in drafts if not d.is_new_customer}, at=at)
    touched: dict[tuple[int, str], KnownLead] = {}
    for draft in drafts:
        again = touched.get((draft.source_id, draft.external_id)) if draft.external_id else None
        if again is not None:
            draft.existing, draft.is_resend = again, True
            continue
        key = (draft.customer_id, draft.brand_id)
        draft.existing = next((lead for lead in known.get(key, []) if _may_attach(actor, lead)), None)
        lead = draft.existing or draft.begin_lead(actor)
        if draft.existing is None:
            known.setdefault(key, []).insert(0, lead)
        if draft.external_id:
            touched[draft.source_id, draft.external_id] = lead


def _may_attach(actor: Actor, lead: KnownLead) -> bool:
    """A dealer's capture joins its own lead or one at headquarters; it must not learn of another dealer's."""
    return actor.organisation_kind != "dealer" or lead.dealer_id in (None, actor.organisation_id)


def _wake(actor: Actor, drafts: list[Draft], at: datetime) -> None:
    """Who sleeps and comes again is awake. A resend found only within the batch brings nobody."""
    again = [draft.existing for draft in drafts if draft.existing is not None and not draft.is_resend]
    asleep = {lead.id for lead in again if lead.status in WAKING}
    if asleep:
        wake(actor=actor, lead_ids=asleep, at=at)


def _follow_dealer(actor: Actor, drafts: list[Draft], at: datetime) -> None:
    """What a dealer captured is that dealer's to work on, also when headquarters had not handed it out yet."""
    if actor.organisation_kind != "dealer" or not drafts:
        return
    give_access(customer_ids=[d.customer_id for d in drafts], organisation_id=actor.organisation_id, kind="lead", at=at)
    for draft in drafts:
        if draft.existing is not None and draft.existing.dealer_id is None:
            take_over(actor=actor, lead_id=draft.existing.id, at=at)


def _take_up_lost(actor: Actor, drafts: list[Draft], at: datetime) -> None:
    """Who was lost and comes back is not lost."""
    lost = {draft.existing.id for draft in drafts if draft.existing is not None and draft.existing.status == "lost"}
    for lead_id in sorted(lost):
        take_up_lost(actor=actor, lead_id=lead_id, at=at)


def _keep_consents(actor: Actor, drafts: list[Draft], at: datetime) -> None:
    for draft in drafts:
        answers = draft.submission.consent.answers()
        if answers and draft.customer is not None:
            record_consents(
                actor=actor,
                customer=draft.customer,
                answers=answers,
                proof=draft.submission.consent.proof or f"{actor.door}:{draft.submission.source}",
                at=at,
                permission=CAPTURE,
            )


def _answer(draft: Draft) -> Captured:
    lead = draft.lead
    merged = None if draft.existing is None or draft.is_resend else lead.ref
    return Captured(lead.ref, lead.customer_ref, lead.id, merged, draft.is_resend)
