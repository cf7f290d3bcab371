"""Who may hand in mail: STARTTLS with a real client, log-ins by password and by token, and what the doctor sees."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.connectors.doors import documents, make_doors
from tests.connectors.mail.mail_servers import make_certificate, smtp_door
from tests.connectors.mail.test_mail_smtp import TO, Shelf
from tests.kernel.programs import member, token_of

from vinloop.connectors.mail import smtp
from vinloop.connectors.mail.entrance import Certificate, Entrance
from vinloop.connectors.mail.listener import OurPost, entrance_of
from vinloop.kernel.models import ApiToken, User
from vinloop.site.runtime.checks.finding import Level
from vinloop.site.runtime.checks.mail_door import check_mail_door
from vinloop.site.runtime.config import Config, ConfigError, read_config

RAW = b"Subject: x\r\n\r\nx\r\n"
USER, PASSWORD = "portal", "long enough: and safe"
CERT, KEY, LOGIN = "VINLOOP_SMTP_TLS_CERT", "VINLOOP_SMTP_TLS_KEY", "VINLOOP_SMTP_LOGIN"
Files = tuple[Path, Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return make_certificate(tmp_path)


@contextmanager
def encrypted(port: int, certificate: Path) -> Iterator[smtplib.SMTP]:
    """A careful sender: the certificate and the name on it are checked."""
    with smtplib.SMTP("localhost", port, timeout=10) as session:
        session.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        session.ehlo()
        yield session


def ours(files: Files) -> Entrance:
    known = {(USER, PASSWORD): USER}
    return Entrance(Certificate(*files), lambda login, password: known.get((login, password)))


def read(home: Path, files: Files | None, **variables: str) -> Config:
    paths = {CERT: str(files[0]), KEY: str(files[1])} if files else {}
    return read_config({"VINLOOP_HOME": str(home), **paths, **variables})


def test_a_mail_comes_over_an_encrypted_connection(files: Files) -> None:
    shelf = Shelf()
    with smtp_door(shelf, Entrance(Certificate(*files))) as port, encrypted(port, files[0]) as session:
        assert not session.has_extn("auth")
        session.sendmail("a@b.example", [TO], RAW)
    assert shelf.kept == [RAW]


def test_encrypting_does_not_count_a_sender_twice(files: Files) -> None:
    with smtp_door(Shelf(), Entrance(Certificate(*files))) as port:
        for _ in range(smtp.MAX_CONNECTIONS_OF_ONE + 1):
            with encrypted(port, files[0]) as session:
                assert session.noop()[0] == 250


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_sender_logs_in(files: Files, mechanism: str) -> None:
    shelf = Shelf()
    with smtp_door(shelf, ours(files)) as port, encrypted(port, files[0]) as session:
        session.esmtp_features["auth"] = mechanism
        session.login(USER, PASSWORD)
        session.sendmail("a@b.example", [TO], RAW)
    assert shelf.kept == [RAW]


def test_without_a_log_in_nothing_is_taken(files: Files) -> None:
    shelf = Shelf()
    with smtp_door(shelf, ours(files)) as port, encrypted(port, files[0]) as session:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            session.sendmail("a@b.example", [TO], RAW)
        assert refused.value.smtp_code == 530
    assert shelf.kept == []


def test_no_password_is_asked_for_in_the_clear(files: Files) -> None:
    with smtp_door(Shelf(), ours(files)) as port, smtplib.SMTP("localhost", port, timeout=10) as session:
        session.ehlo()
        assert not session.has_extn("auth")
        assert session.docmd("AUTH", "PLAIN AHBvcnRhbAB4")[0] == 538


def test_guessing_ends_the_connection(files: Files) -> None:
    with smtp_door(Shelf(), ours(files)) as port, encrypted(port, files[0]) as session:
        for _ in range(smtp.MAX_REFUSED_LOGINS - 1):
            assert session.docmd("AUTH", "PLAIN AHBvcnRhbAB4")[0] == 535
        assert session.docmd("AUTH", "PLAIN AHBvcnRhbAB4")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            session.noop()


@pytest.mark.django_db(transaction=True)
def test_an_api_token_is_a_password_while_it_is_good(files: Files, settings: Settings) -> None:
    doors = make_doors()
    idle = token_of(member("idle", doors.network.root, "leads.lead:read"), doors.network.root)
    settings.SMTP_TLS, settings.SMTP_AUTH, settings.SMTP_LOGIN = files, True, f"{USER}:{PASSWORD}"
    with smtp_door(OurPost(), entrance_of(OurPost())) as port:
        for password in (doors.token, PASSWORD):
            with encrypted(port, files[0]) as session:
                session.login(USER, password)
                session.sendmail("a@b.example", [TO], RAW + password[:3].encode())
        ApiToken.objects.filter(digest=sha256(doors.token.encode()).hexdigest()).update(revoked_at=timezone.now())
        for password in (doors.token, idle, "vl_unknown", "", PASSWORD + "x"):
            with encrypted(port, files[0]) as session, pytest.raises(smtplib.SMTPAuthenticationError):
                session.login(USER, password)
    assert [(each.context["login"], each.context["sender"]) for each in documents()] == [
        (User.objects.get(api_tokens__digest=sha256(doors.token.encode()).hexdigest()).username, "a@b.example"),
        (USER, "a@b.example"),
    ]


def test_a_renewed_certificate_needs_no_restart(files: Files, tmp_path: Path) -> None:
    certificate = Certificate(*files)
    first = certificate.context()
    assert certificate.context() is first
    files[1].write_text("torn")
    os.utime(files[1], ns=(1, 1))
    assert certificate.context() is first
    make_certificate(tmp_path)
    os.utime(files[0], ns=(2, 2))
    with smtp_door(Shelf(), Entrance(certificate)) as port, encrypted(port, files[0]) as session:
        assert session.noop()[0] == 250


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({CERT: "{cert}"}, f"{KEY}: is missing"),
        ({CERT: "{cert}", KEY: "/nowhere"}, f"{KEY}: /nowhere is not a file"),
        ({LOGIN: "portal:long-enough-1"}, f"{LOGIN}: needs encryption"),
        ({"VINLOOP_SMTP_AUTH": "1"}, "VINLOOP_SMTP_AUTH: needs encryption"),
        ({CERT: "{cert}", KEY: "{cert}", LOGIN: "portal:hunter2"}, f"{LOGIN}: write user:password"),
    ],
)
def test_a_wrong_configuration_names_its_variable(
    files: Files, tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    given = {name: value.format(cert=files[0]) for name, value in variables.items()}
    with pytest.raises(ConfigError, match=words) as caught:
        read(tmp_path, None, **given)
    assert "hunter2" not in str(caught.value)


def test_a_log_in_is_asked_for_as_configured(files: Files, tmp_path: Path) -> None:
    assert not read(tmp_path, files).smtp_auth
    assert read(tmp_path, files, VINLOOP_SMTP_AUTH="1").smtp_auth
    config = read(tmp_path, files, **{LOGIN: f"{USER}:{PASSWORD}"})
    assert (config.smtp_auth, config.smtp_tls) == (True, files)
    assert PASSWORD not in repr(config)


def test_the_doctor_tries_the_listener(files: Files, tmp_path: Path) -> None:
    with smtp_door(Shelf(), ours(files)) as port:
        config = read(tmp_path, files, VINLOOP_SMTP_PORT=str(port), VINLOOP_SMTP_AUTH="1")
        good, offer = check_mail_door(config, True)
        assert (good.level, offer.level) == (Level.OK, Level.OK)
        assert offer.text == "STARTTLS works, senders must log in"
        (_good, other) = check_mail_door(read(tmp_path, files, VINLOOP_SMTP_PORT=str(port)), True)
        assert (other.level, other.remedy) == (Level.FAIL, "restart vinloop")
    with smtp_door(Shelf()) as port:
        (_good, none) = check_mail_door(read(tmp_path, files, VINLOOP_SMTP_PORT=str(port)), True)
        assert (none.level, "STARTTLS" in none.text) == (Level.FAIL, True)


@pytest.mark.parametrize(("days", "level"), [(-1, Level.FAIL), (3, Level.WARN), (60, Level.OK)])
def test_the_doctor_reads_the_certificate(tmp_path: Path, days: int, level: Level) -> None:
    (finding,) = check_mail_door(read(tmp_path, make_certificate(tmp_path, days=days)), False)
    assert finding.level is level


def test_the_doctor_names_files_that_do_not_belong_together(tmp_path: Path, files: Files) -> None:
    (tmp_path / "other").mkdir()
    (finding,) = check_mail_door(read(tmp_path, (files[0], make_certificate(tmp_path / "other")[1])), False)
    assert (finding.level, CERT in finding.remedy) == (Level.FAIL, True)


def test_the_doctor_warns_of_an_open_listener(tmp_path: Path) -> None:
    (finding,) = check_mail_door(read(tmp_path, None, VINLOOP_SMTP_HOST="10.0.0.5"), False)
    assert finding.level is Level.WARN
    assert list(check_mail_door(read(tmp_path, None), False)) == []
