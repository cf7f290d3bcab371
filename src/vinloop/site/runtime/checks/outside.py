"""What can be seen without the database: configuration, folder, ports, files of the build."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from vinloop.site.runtime.checks.finding import Finding, fail, ok, warn
from vinloop.site.runtime.config import Config
from vinloop.site.runtime.secret import NAME as SECRET_FILE

PACKAGE = Path(__file__).resolve().parents[3]
GIB = 1024**3
FEW_BYTES, TOO_FEW_BYTES = 2 * GIB, GIB // 4
DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587, "imap": 143, "imaps": 993}


def check_addresses(config: Config, is_up: bool) -> Iterator[Finding]:
    del is_up
    subject = "configuration"
    is_open = not _is_loopback(config.host)
    if config.debug:
        yield warn(subject, "VINLOOP_DEBUG is on: errors show internals to visitors", "unset VINLOOP_DEBUG")
    if is_open and not config.allowed_hosts:
        remedy = f"set VINLOOP_ALLOWED_HOSTS={urlsplit(config.public_url).hostname}"
        yield warn(subject, f"listens on {config.host} for any host name", remedy)
    if is_open and config.public_url.startswith("http://"):
        remedy = "put a TLS proxy in front and set VINLOOP_PUBLIC_URL=https://…"
        yield warn(subject, "people log in over plain http", remedy)
    if config.public_url.startswith("https://") and not config.trusted_proxy:
        remedy = "set VINLOOP_TRUSTED_PROXY to the proxy's address"
        yield warn(subject, "served by https, but no proxy is trusted to say who the client is", remedy)
    yield ok(subject, f"{config.public_url}, data in {config.home}")


def check_secret(config: Config, is_up: bool) -> Iterator[Finding]:
    del is_up
    path = config.home / SECRET_FILE
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield fail("secret key", f"{path} can be read by others", f"run: chmod 600 {path}")
    else:
        yield ok("secret key", "readable by its owner only")


def check_disk(config: Config, is_up: bool) -> Iterator[Finding]:
    del is_up
    free = shutil.disk_usage(config.home).free
    text = f"{free / GIB:.1f} GiB free for {config.home}"
    if free < TOO_FEW_BYTES:
        yield fail("disk", text, "free space at once: the database stops when the disk is full")
    elif free < FEW_BYTES:
        yield warn("disk", text, "free space or move VINLOOP_HOME to a larger disk")
    else:
        yield ok("disk", text)


def check_assets(config: Config, is_up: bool) -> Iterator[Finding]:
    del config, is_up
    if not any((PACKAGE / "kernel/static/dist").glob("*")):
        yield fail("screens", "the scripts and styles were not built", "in a checkout run: make assets")
    elif not any(PACKAGE.glob("**/LC_MESSAGES/*.mo")):
        yield warn("screens", "the translations were not compiled", "in a checkout run: make messages")
    else:
        yield ok("screens", "scripts, styles and translations are there")


def check_web(config: Config, is_up: bool) -> Iterator[Finding]:
    if _answers(config.host, config.port):
        yield ok("web", f"something listens on {config.host}:{config.port}")
    elif is_up:
        yield fail("web", f"nothing listens on {config.host}:{config.port}", "see what vinloop up prints")
    else:
        yield warn("web", "not running", "start it: vinloop up")


def check_incoming_mail(config: Config, is_up: bool) -> Iterator[Finding]:
    subject = "incoming mail"
    if not config.smtp_port and not config.imap_url:
        yield warn(subject, "no way in", "set VINLOOP_SMTP_PORT or VINLOOP_IMAP_URL if leads come by mail")
    if config.smtp_port:
        place = f"{config.smtp_host}:{config.smtp_port}"
        if _answers(config.smtp_host, config.smtp_port):
            yield ok(subject, f"SMTP listens on {place}")
        elif is_up:
            yield fail(subject, f"nothing listens on {place}", "see what vinloop up prints; is the port taken?")
        else:
            yield warn(subject, "not running", "start it: vinloop up")
    if config.imap_url:
        yield _reach(subject, config.imap_url, "VINLOOP_IMAP_URL")


def check_outgoing_mail(config: Config, is_up: bool) -> Iterator[Finding]:
    del is_up
    subject = "outgoing mail"
    if config.email_url is None:
        remedy = "set VINLOOP_EMAIL_URL=smtp+tls://user:password@host:587"
        yield warn(subject, f"no server is set; mail is written to {config.outbox}", remedy)
    else:
        yield _reach(subject, config.email_url, "VINLOOP_EMAIL_URL")


def _reach(subject: str, url: str, variable: str) -> Finding:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    if _answers(host, port):
        return ok(subject, f"{host}:{port} answers")
    return fail(subject, f"{host}:{port} does not answer", f"check {variable} and the way there")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=3):
            return True
    except OSError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
