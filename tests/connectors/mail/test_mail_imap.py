"""Mail by IMAP, against a real Dovecot: fetched once, also when we are killed half-way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils import timezone
from tests.connectors.doors import SAMPLES, documents, make_doors
from tests.connectors.mail.mail_servers import DOVECOT, Mailbox, dovecot

from vinloop.connectors.mail import mailbox as imap
from vinloop.connectors.mail.keeping import keep_mail

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(DOVECOT is None, reason="needs Debian's dovecot-imapd"),
]
MAIL = (SAMPLES / "31_mail_plain.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    # Not pytest's own folder: Dovecot's servants, who are not root, could not pass its parents.
    with TemporaryDirectory(prefix="vinloop-mail-") as folder, dovecot(Path(folder)) as mailbox:
        yield mailbox


@pytest.fixture
def box(server: Mailbox) -> Mailbox:
    imap.pick_up(server.url, lambda raw: "")
    return server


def test_what_is_unseen_is_fetched_byte_for_byte_and_moved(box: Mailbox) -> None:
    before, kept = box.count("Processed"), list[bytes]()
    box.put(MAIL)

    def keep(raw: bytes) -> str:
        kept.append(raw)
        return "DOC-1"

    assert imap.pick_up(box.url, keep) == 1
    assert imap.pick_up(box.url, keep) == 0
    assert kept == [MAIL]
    assert (box.count("INBOX"), box.count("Processed")) == (0, before + 1)


@pytest.mark.django_db
def test_a_crash_between_keeping_and_marking_keeps_one_document(box: Mailbox) -> None:
    make_doors()
    box.put(MAIL)

    def keep_and_die(raw: bytes) -> str:
        keep_mail(raw, at=timezone.now())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imap.pick_up(box.url, keep_and_die)
    assert box.count("INBOX", "UNSEEN") == 1
    imap.pick_up(box.url, lambda raw: keep_mail(raw, at=timezone.now()))
    assert box.count("INBOX") == 0
    assert len(documents()) == 1


def test_a_mail_that_cannot_be_kept_stays_unseen(box: Mailbox) -> None:
    box.put(MAIL)

    def fail(raw: bytes) -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        imap.pick_up(box.url, fail)
    assert box.count("INBOX", "UNSEEN") == 1


def test_of_a_huge_mail_only_the_beginning_is_fetched(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "MAX_BYTES", 100)
    box.put(MAIL)
    kept: list[bytes] = []

    def keep(raw: bytes) -> str:
        kept.append(raw)
        return "DOC-1"

    imap.pick_up(box.url, keep)
    assert kept == [MAIL[:101]]
