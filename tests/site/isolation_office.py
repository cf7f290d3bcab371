"""A real installation with a small network in it: started as a newcomer would, reached over HTTP only.

Run as a program inside the installation's environment it makes the network and prints the keys as JSON.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from tests.site.runtime_processes import Installation, until

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Office:
    """A running installation, the keys to its API, and its database for looking at the outcome."""

    installation: Installation
    up: psutil.Process
    keys: dict[str, str]

    def child(self, command: str) -> psutil.Process:
        """The process the supervisor keeps for a command: web or worker."""
        return until(lambda: self._children(command), f"a process for {command}")[0]

    def _children(self, command: str) -> list[psutil.Process]:
        found = []
        for child in self.up.children():
            try:
                if child.cmdline()[-1:] == [command]:
                    found.append(child)
            except psutil.Error:
                continue
        return found

    def call(self, method: str, path: str, body: Any = None, *, key: str = "admin", timeout: float = 15.0) -> Any:
        """Status and parsed body. Raises ``OSError`` or ``HTTPException`` when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.installation.port, timeout=timeout)
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.keys[key]}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, json.loads(content) if is_json and content else content

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, seen with the eyes of its administrator."""
        with psycopg.connect(self.keys["database"], autocommit=True) as connection:
            connection.execute("SET vinloop.orgs = '*'")
            return connection.execute(query, values).fetchall()


@contextmanager
def open_office(home: Path) -> Iterator[Office]:
    """Start everything and make the network; at the end everything is stopped."""
    installation = Installation(home)
    migrated = installation.run("migrate", "--quiet")
    assert migrated.returncode == 0, migrated.stderr
    with installation.up() as up:
        made = subprocess.run(
            [sys.executable, "-m", "tests.site.isolation_office"],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=installation.environment | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            timeout=120,
        )
        assert made.returncode == 0, made.stderr[-3000:]
        yield Office(installation, psutil.Process(up.pid), json.loads(made.stdout.splitlines()[-1]))
        up.terminate()
        up.wait(15)
    until(installation.gone, "the end of every process")


def _furnish() -> dict[str, str]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.db import connection, transaction

    with transaction.atomic():
        keys = _make_keys()
    connection.close()
    return keys


def _make_keys() -> dict[str, str]:
    from tests.kernel.people import make_user
    from tests.leads.world import make_world
    from tests.site.isolation_world import make_manager, token_for

    from vinloop.kernel.models import Organisation
    from vinloop.network.models import DealerProfile
    from vinloop.site.runtime.config import config

    # The installation came with a headquarters of its own; the network brings another.
    Organisation.objects.all().delete()
    world = make_world()
    DealerProfile.objects.update(lead_capacity=10_000)
    network = world.network
    admin = make_user("boss", "administrator", network.root, password=None)
    return {
        "database": config().effective_database_url,
        "admin": token_for(admin, network.root),
        "dealer": token_for(make_manager("ours", network.dealer), network.dealer),
        "stranger": token_for(make_manager("theirs", network.stranger), network.stranger),
        "dealer_id": str(network.dealer.pk),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_furnish()))
