"""Real servers for the mail tests: our SMTP door in a thread, and Debian's Dovecot with a mailbox in a folder."""

from __future__ import annotations

import asyncio
import getpass
import imaplib
import os
import pwd
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.db import connections
from tests.site.runtime_processes import free_port, until

from vinloop.connectors.mail.entrance import OPEN, Entrance
from vinloop.connectors.mail.smtp import Post, open_door

DOVECOT = shutil.which("dovecot")
USER, PASSWORD = "leads", "se:cret/1"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login_user}
default_internal_group = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
service imap {{
  chroot =
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/mail
}}
"""


@contextmanager
def smtp_door(post: Post, entrance: Entrance = OPEN) -> Iterator[int]:
    """Our listener on a free port, in a thread with its own loop."""
    loop = asyncio.new_event_loop()
    threads = ThreadPoolExecutor(2)
    server = loop.run_until_complete(open_door(post, "127.0.0.1", 0, threads, entrance))
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        for _ in range(2):
            threads.submit(connections.close_all).result()
        loop.call_soon_threadsafe(loop.stop)
        runner.join(10)
        threads.shutdown()
        loop.close()


def make_certificate(folder: Path, *, days: int = 90) -> tuple[Path, Path]:
    """A certificate for localhost that ends in some days (a negative number: has ended), and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=100)).not_valid_after(now + timedelta(days=days))
    pem = made.add_extension(names, critical=False).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(pem)
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


@dataclass(frozen=True)
class Mailbox:
    """A running IMAP server with one user."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"imap://{USER}:se%3Acret%2F1@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as session:
            session.login(USER, PASSWORD)
            yield session

    def put(self, raw: bytes, folder: str = "INBOX") -> None:
        with self.session() as session:
            assert session.append(folder, "", None, raw)[0] == "OK"

    def count(self, folder: str, criterion: str = "ALL") -> int:
        with self.session() as session:
            if session.select(folder, readonly=True)[0] != "OK":
                return 0
            return len(session.search(None, criterion)[1][0].split())


@contextmanager
def dovecot(folder: Path) -> Iterator[Mailbox]:
    """Dovecot in the foreground, ended with everything it started."""
    assert DOVECOT is not None
    port, user = free_port(), getpass.getuser()
    configuration = folder / "dovecot.conf"
    # Its log-in and mail processes refuse to be root, and must reach their files all the same.
    servant = pwd.getpwnam("nobody" if user == "root" else user)
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", servant.pw_uid, servant.pw_gid)
    facts = {"folder": folder, "port": port, "user": user, "login_user": servant.pw_name}
    facts |= {"mail_uid": servant.pw_uid, "mail_gid": servant.pw_gid}
    configuration.write_text(_CONFIGURATION.format(**facts, password=PASSWORD))
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(configuration)])
    mailbox = Mailbox(folder, port)
    try:
        until(lambda: process.poll() is not None or _answers(mailbox), "dovecot")
        assert process.poll() is None, (folder / "dovecot.log").read_text()
        yield mailbox
    finally:
        process.terminate()
        process.wait(10)


def _answers(mailbox: Mailbox) -> bool:
    with suppress(OSError, imaplib.IMAP4.error), mailbox.session():
        return True
    return False
