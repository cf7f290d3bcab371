"""What the API takes and gives about data protection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from vinloop.kernel.api import PageQuery
from vinloop.kernel.web.exports import Format

Kind = Literal["access", "correction", "erasure"]
Who = Literal["self", "guardian", "lawyer", "heir"]
Way = Literal["email", "letter", "phone", "person", "site", "authority"]
Proof = Literal["id_seen", "call_back", "known_email", "sms_code", "authority_seen"]
Refusal = Literal["not_proven", "contract", "legal_duty", "claims", "excessive", "withdrawn"]
Purpose = Literal["contact", "marketing", "profiling", "partners"]
Channel = Literal["", "phone", "sms", "email", "wechat"]


class PrivacyQuery(PageQuery, frozen=True, kw_only=True):
    """Which requests; ``state`` ``all`` leaves none out."""

    state: Literal["open", "done", "refused", "all"] = "open"
    kind: Literal["", "access", "correction", "erasure"] = ""


class PrivacyPath(msgspec.Struct, frozen=True):
    """Which request."""

    ref: str


class PrivacyRequestIn(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came in: of which customer, what for, who asked, how, and how we know who it is."""

    customer: str
    kind: Kind
    who: Who
    way: Way
    proof: Proof
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class PrivacyRequestOut(msgspec.Struct, frozen=True, kw_only=True):
    """A request by law. ``report`` tells what was done: room by room for an erasure, nothing personal in it."""

    ref: str
    customer: str
    kind: str
    state: str
    asked_how: str
    identity_proof: str
    note: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    download_until: datetime | None
    report: dict[str, Any]


class RefusalIn(msgspec.Struct, frozen=True):
    """Why the answer is no."""

    reason: Refusal


class ConsentOut(msgspec.Struct, frozen=True, kw_only=True):
    """One answer; ``channel`` is empty for the purpose as a whole."""

    purpose: str
    channel: str
    is_granted: bool
    proof: str
    at: datetime


class ConsentHistory(msgspec.Struct, frozen=True):
    """Every answer of a customer, newest first; the first per purpose and channel counts."""

    ref: str
    answers: list[ConsentOut]


class PurposePath(msgspec.Struct, frozen=True):
    """Which customer, and what for."""

    ref: str
    purpose: Purpose


class PurposeIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer allows, and where they said so. Profiling and partners are answered under the empty channel."""

    answers: dict[Channel, bool]
    proof: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class NumberOut(msgspec.Struct, frozen=True, kw_only=True):
    """An identity number, masked; ``id`` names it for ``unmask``."""

    id: int
    kind: str
    masked: str
    source: str


class NumbersOut(msgspec.Struct, frozen=True):
    """The identity numbers of a customer."""

    ref: str
    numbers: list[NumberOut]


class NumberPath(msgspec.Struct, frozen=True):
    """Which number of which customer."""

    ref: str
    number_id: int


class NumberReason(msgspec.Struct, frozen=True):
    """Why it has to be seen, as for a number or address; recorded. Without it: ``reason_needed``."""

    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class NumberShown(msgspec.Struct, frozen=True):
    """What was hidden."""

    ref: str
    number: str


class RetentionOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule would forget if it ran now; ``count`` stops at 1,000, ``names`` are some of them."""

    rule: str
    setting: str
    months: int
    count: int
    names: list[str]


class RetentionList(msgspec.Struct, frozen=True):
    """Every rule for keeping."""

    rules: list[RetentionOut]


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers, and what the list is for."""

    reason: Annotated[str, msgspec.Meta(min_length=5, max_length=200)]
    q: str = ""
    kind: str = ""
    city: str = ""
    format: Format = "csv"
