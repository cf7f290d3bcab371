"""The doors of a running installation: memory under huge bodies, and mail that survives a killed listener."""

from __future__ import annotations

import http.client
import json
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.connectors.doors import SAMPLES
from tests.site.runtime_processes import Installation, free_port, kill, until

pytestmark = pytest.mark.process
MIB = 1024 * 1024
_PREPARE = """
from tests.kernel.programs import make_network, member, token_of
from vinloop.kernel.models import Organisation
root = Organisation.objects.filter(parent=None).first() or make_network().root
print(token_of(member("portal", root, "leads.lead:capture", "leads.lead:read"), root))
"""


@dataclass
class Running:
    """An installation at work."""

    here: Installation
    process: psutil.Popen
    token: str
    smtp_port: int

    def post(self, body: bytes) -> tuple[int, dict[str, object]]:
        line = http.client.HTTPConnection("127.0.0.1", self.here.port, timeout=60)
        try:
            line.request("POST", "/in/adf", body, {"Authorization": f"Bearer {self.token}"})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()

    def leads(self) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.here.port, timeout=60)
        try:
            line.request("GET", "/api/v1/leads", headers={"Authorization": f"Bearer {self.token}"})
            return len(json.loads(line.getresponse().read())["items"])
        finally:
            line.close()

    def handled(self) -> int:
        """Mails that were read; the one sent twice counts once."""
        script = "from vinloop.kernel.models import *; from vinloop.kernel.access import *\n"
        script += "from vinloop.kernel.access.facts import system_actor\n"
        script += "with acting(system_actor()):\n"
        script += "    print(ReceivedDocument.objects.filter(channel='mail', state='processed').count())\n"
        return int(self.here.run("manage", "shell", "-c", script).stdout.strip().splitlines()[-1])

    def child(self, command: str) -> psutil.Process | None:
        found = [each for each in self.process.children() if each.is_running() and command in each.cmdline()]
        return found[0] if found else None

    def web_memory(self) -> int:
        """Resident bytes of the web server with its workers."""
        web = self.child("web")
        assert web is not None
        return sum(each.memory_info().rss for each in [web, *web.children(recursive=True)])

    def send(self, raw: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as session:
            session.sendmail("portal@portalx.example", ["leads@dealer.example"], raw)

    def listens(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as session:
                return session.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    here, smtp_port = Installation(tmp_path_factory.mktemp("doors") / "home"), free_port()
    here.environment["VINLOOP_SMTP_PORT"] = str(smtp_port)
    with here.up() as process:
        token = _prepare(here)
        yield Running(here, process, token, smtp_port)
        process.terminate()
        process.wait(30)


def _prepare(here: Installation) -> str:
    """A network and a token, made in the installation's own database."""
    done = here.run("manage", "shell", "-c", _PREPARE, PYTHONPATH=str(Path(__file__).parents[2]))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_huge_bodies_are_refused_without_filling_the_memory(running: Running) -> None:
    status, answer = running.post((SAMPLES / "01_minimal.xml").read_bytes())
    assert status == 201, answer
    before = running.web_memory()
    status, answer = running.post(b"<adf>" + b" " * (50 * MIB))
    assert (status, answer["title"]) == (413, "The request is too large")
    assert running.web_memory() - before < 30 * MIB
    status, answer = running.post(b"<adf>" + b" " * (24 * MIB))
    assert (status, answer["reason"]) == (413, "too_large")
    assert str(answer["quarantine"]).startswith("DOC-")
    bomb = b'<!DOCTYPE a [<!ENTITY a "' + b"x" * MIB + b'">]><adf><prospect>' + b"&a;" * 100_000 + b"</prospect></adf>"
    status, answer = running.post(bomb)
    assert (status, answer["reason"]) == (400, "entity_declaration")
    assert running.web_memory() - before < 150 * MIB


def test_mail_acknowledged_before_a_kill_becomes_one_lead(running: Running) -> None:
    until(running.listens, "the mail listener")
    before = running.leads()
    mail = running.child("mail-listener")
    assert mail is not None
    raw = (SAMPLES / "31_mail_plain.eml").read_bytes().replace(b"555-0143", b"555-0188").replace(b"ann@", b"bob@")
    running.send(raw)
    kill(mail)
    until(running.listens, "the next mail listener")
    running.send(raw)
    running.send(raw.replace(b"New lead", b"Sent again"))
    until(lambda: running.leads() > before, "the lead")
    until(lambda: running.handled() == 2, "both mails")
    assert running.leads() == before + 1
