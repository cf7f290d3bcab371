"""What is announced about received documents."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact, Subject
from vinloop.kernel.models import ReceivedDocument


class _IntakeFact(Fact, frozen=True):
    icon: ClassVar[str] = "inbox"
    is_public: ClassVar[bool] = False
    channel: str


class DocumentReceived(_IntakeFact, frozen=True):
    """A document arrived and is kept; ``size`` in bytes."""

    kind: ClassVar[str] = "kernel.DocumentReceived"
    title: ClassVar[str | Promise] = _("Received (%(channel)s): %(size)s bytes")
    size: int


class DocumentProcessed(_IntakeFact, frozen=True):
    """A document was understood; ``results`` are the references of what was made of it."""

    kind: ClassVar[str] = "kernel.DocumentProcessed"
    title: ClassVar[str | Promise] = _("Processed")
    icon: ClassVar[str] = "circle-check"
    results: list[str]
    detail: str


class DocumentQuarantined(_IntakeFact, frozen=True):
    """A document could not be understood and waits for a person; ``reason`` is a stable code."""

    kind: ClassVar[str] = "kernel.DocumentQuarantined"
    title: ClassVar[str | Promise] = _("Put in quarantine: %(reason)s")
    icon: ClassVar[str] = "alert-triangle"
    reason: str


class DocumentReplayed(_IntakeFact, frozen=True):
    """A person had a document handled again."""

    kind: ClassVar[str] = "kernel.DocumentReplayed"
    title: ClassVar[str | Promise] = _("Handled again")
    icon: ClassVar[str] = "refresh"


class DocumentDismissed(_IntakeFact, frozen=True):
    """A person decided that nothing is to be made of a document."""

    kind: ClassVar[str] = "kernel.DocumentDismissed"
    title: ClassVar[str | Promise] = _("Dismissed")
    icon: ClassVar[str] = "archive"


def about_document(document: ReceivedDocument) -> Subject:
    """A document as the subject of a fact."""
    return Subject(kind="kernel.document", id=document.pk, owner_id=document.owner_id, ref=document.ref)
