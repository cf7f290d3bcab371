"""Mail by SMTP: every sample as a mail, junk, size, relaying, crowds, and a database that is away."""

from __future__ import annotations

import smtplib
import socket
from contextlib import ExitStack
from email.message import EmailMessage

import pytest
from django.db import connection
from tests.connectors.doors import EXPECTED, SAMPLES, documents, expected, leads, make_doors, summary
from tests.connectors.mail.mail_servers import smtp_door

from vinloop.connectors.handling import handle_document
from vinloop.connectors.mail import smtp
from vinloop.connectors.mail.listener import ADDRESSES, OurPost
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.models import ReceivedDocument, SettingValue
from vinloop.kernel.settings import forget_settings

TO = "leads@dealer.example"


class Shelf:
    """Keeps mail in a list; ``OurPost`` is tried by the tests which need a database in the listener's threads."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def is_wanted(self, address: str) -> bool:
        return address == TO

    def keep(self, raw: bytes, *, peer: str, sender: str, recipients: list[str], login: str) -> str:
        self.kept.append(raw)
        return "DOC-1"


class Away(Shelf):
    """The database is away."""

    def keep(self, raw: bytes, *, peer: str, sender: str, recipients: list[str], login: str) -> str:
        raise ConnectionError


def mail_of(name: str) -> bytes:
    """The sample as a portal mails it."""
    data = (SAMPLES / name).read_bytes()
    if name.endswith(".eml"):
        return data
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "portal@portalx.example", TO, "新线索 New lead"
    mail.set_content("See the attached lead.")
    mail.add_attachment(data, maintype="application", subtype="xml", filename="lead.xml")
    return mail.as_bytes()


def send(port: int, raw: bytes, to: str = TO) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session:
        session.sendmail("portal@portalx.example", [to], raw)


def handle_everything() -> None:
    with acting(system_actor()):
        for document_id in ReceivedDocument.objects.values_list("pk", flat=True):
            handle_document.func.__wrapped__(document_id)


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'connectors.handling.handle_document'"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_mailed_sample_gives_the_expected_leads(name: str) -> None:
    make_doors()
    before = queued()
    with smtp_door(OurPost()) as port:
        send(port, mail_of(name))
    (document,) = documents()
    assert (document.channel, document.state, queued() - before) == ("mail", "received", 1)
    handle_everything()
    found = summary()
    assert {key: found[key] for key in expected(name)} == expected(name)
    assert {lead.door for lead in leads()} == {"mail"}
    assert documents()[0].results == [lead.ref for lead in leads()]


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_again_is_kept_once() -> None:
    make_doors()
    with smtp_door(OurPost()) as port:
        send(port, mail_of("01_minimal.xml"))
        send(port, mail_of("31_mail_plain.eml"))
        send(port, mail_of("31_mail_plain.eml"))
    assert len(documents()) == 2
    handle_everything()
    assert len(leads()) == 1


@pytest.mark.django_db(transaction=True)
def test_junk_waits_in_quarantine() -> None:
    make_doors()
    with smtp_door(OurPost()) as port:
        send(port, b"Subject: cheap pills\r\n\r\nBuy now\r\n")
    handle_everything()
    (document,) = documents()
    assert (document.state, document.reason) == ("quarantined", "no_adf")
    assert bytes(document.body).startswith(b"Subject: cheap pills")
    assert leads() == []


@pytest.mark.django_db(transaction=True)
def test_only_listed_addresses_are_taken_when_there_is_a_list() -> None:
    network = make_doors().network
    SettingValue.objects.create(name=ADDRESSES, organisation=network.root, value="leads@hq.example, @dealer.example")
    forget_settings()
    with smtp_door(OurPost()) as port:
        send(port, b"Subject: a\r\n\r\nb\r\n", to="Anyone@Dealer.example")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(port, b"Subject: a\r\n\r\nb\r\n", to="victim@elsewhere.example")
    forget_settings()
    forget_everything()
    assert len(documents()) == 1


def test_the_bytes_are_kept_as_they_were_sent() -> None:
    shelf = Shelf()
    raw = b"Subject: x\r\n\r\n.leading dot\r\n" + b"<adf>" + b"x" * 100_000 + b"\xff\xfe\r\n"
    with smtp_door(shelf) as port:
        send(port, raw)
    assert shelf.kept == [raw]


def test_nothing_is_relayed() -> None:
    shelf = Shelf()
    with smtp_door(shelf) as port, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, b"Subject: x\r\n\r\nx\r\n", to="victim@elsewhere.example")
    assert refused.value.recipients["victim@elsewhere.example"][0] == 550
    assert shelf.kept == []


def test_a_mail_over_the_limit_is_refused_and_the_limit_is_announced() -> None:
    shelf = Shelf()
    with smtp_door(shelf) as port, smtplib.SMTP("127.0.0.1", port, timeout=30) as session:
        session.ehlo()
        assert session.esmtp_features["size"] == str(25 * 1024 * 1024)
        with pytest.raises(smtplib.SMTPSenderRefused) as declared:
            session.sendmail("a@b.example", [TO], b"x" * (26 * 1024 * 1024))
        assert declared.value.smtp_code == 552
        session.rset()
        session.docmd("MAIL FROM:<a@b.example>")
        session.docmd(f"RCPT TO:<{TO}>")
        code, _words = session.data((b"x" * 990 + b"\r\n") * 27_000)
        assert code == 552
    assert shelf.kept == []


def test_a_mail_that_cannot_be_kept_stays_with_its_sender() -> None:
    with smtp_door(Away()) as port, pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, b"Subject: x\r\n\r\nx\r\n")
    assert refused.value.smtp_code == 451


def test_a_connection_broken_off_keeps_nothing() -> None:
    shelf = Shelf()
    with smtp_door(shelf) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\nSubject: half" % TO.encode())
        send(port, b"Subject: whole\r\n\r\nx\r\n")
    assert shelf.kept == [b"Subject: whole\r\n\r\nx\r\n"]


def test_a_crowd_from_one_address_is_asked_to_come_back() -> None:
    with smtp_door(Shelf()) as port:
        with ExitStack() as stack:
            for _ in range(smtp.MAX_CONNECTIONS_OF_ONE):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
                assert line.recv(3) == b"220"
            with socket.create_connection(("127.0.0.1", port), timeout=10) as late:
                assert late.recv(3) == b"421"
        send(port, b"Subject: later\r\n\r\nx\r\n")
