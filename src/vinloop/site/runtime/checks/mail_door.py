"""The encryption and the log-in of the SMTP listener: the files, and what the listener really offers."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vinloop.connectors.mail.entrance import server_context
from vinloop.site.runtime.checks.finding import Finding, Level, fail, ok, warn
from vinloop.site.runtime.config import Config

SUBJECT = "incoming mail"
RENEW_BEFORE = timedelta(days=14)
TIMEOUT_SECONDS = 3


def check_mail_door(config: Config, is_up: bool) -> Iterator[Finding]:
    """Nothing to say while the listener is off."""
    if not config.smtp_port:
        return
    if config.smtp_tls is None:
        if config.smtp_host not in {"127.0.0.1", "::1", "localhost"}:
            remedy = "set VINLOOP_SMTP_TLS_CERT and VINLOOP_SMTP_TLS_KEY, or listen on 127.0.0.1 behind a mail server"
            yield warn(SUBJECT, f"SMTP on {config.smtp_host} has neither encryption nor log-in", remedy)
        return
    certificate = _certificate(*config.smtp_tls)
    yield certificate
    if is_up and certificate.level is not Level.FAIL:
        yield _offer(config, config.smtp_tls[0])


def _certificate(certificate: Path, key: Path) -> Finding:
    try:
        ends_at = expiry(certificate, key)
    except ssl.SSLCertVerificationError as error:
        return fail(SUBJECT, f"{certificate}: {error.verify_message}", "renew it: senders refuse the connection")
    except OSError as error:  # ssl.SSLError among them
        reason = error.strerror or type(error).__name__
        remedy = "check VINLOOP_SMTP_TLS_CERT (with its chain, PEM) and VINLOOP_SMTP_TLS_KEY (PEM, without a password)"
        return fail(SUBJECT, f"{certificate} and {key} can't be used: {reason}", remedy)
    text = f"the certificate is good until {ends_at:%Y-%m-%d}"
    is_ending = ends_at - datetime.now(UTC) < RENEW_BEFORE
    return warn(SUBJECT, text, "renew it") if is_ending else ok(SUBJECT, text)


def expiry(certificate: Path, key: Path) -> datetime:
    """When the certificate ends, seen as a sender sees it: in a handshake, here without a network.

    Raises ``ssl.SSLCertVerificationError`` for one that has ended, other ``OSError`` for files that can't be read or
    do not belong together.
    """
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context(certificate, key).wrap_bio(to_server, to_client, server_side=True)
    client = _client_context(certificate).wrap_bio(to_client, to_server)
    for side in (client, server) * 2:
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    seen = client.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(seen["notAfter"])), UTC)


def _client_context(certificate: Path) -> ssl.SSLContext:
    """Trusts just this certificate, whoever signed it and whatever name it is for: that is the sender's to judge."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(certificate)
    return context


def _offer(config: Config, certificate: Path) -> Finding:
    try:
        with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT_SECONDS) as session:
            session.starttls(context=_client_context(certificate))
            session.ehlo()
            has_login = session.has_extn("auth")
    except (OSError, smtplib.SMTPException) as error:
        reason = f"STARTTLS with this certificate fails ({type(error).__name__})"
        return fail(SUBJECT, reason, "see what vinloop up prints; restart it if it was configured otherwise")
    if has_login != config.smtp_auth:
        return fail(SUBJECT, "the listener asks for another log-in than configured", "restart vinloop")
    return ok(SUBJECT, "STARTTLS works, " + ("senders must log in" if has_login else "without log-in"))
