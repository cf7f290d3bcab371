"""The examination: what can be seen without a database first, then the database, then what lives in it."""

from __future__ import annotations

from collections.abc import Iterator

from vinloop.site.runtime.checks.finding import Finding, fail
from vinloop.site.runtime.checks.inside import database_checks
from vinloop.site.runtime.checks.mail_door import check_mail_door
from vinloop.site.runtime.checks.outside import (
    check_addresses,
    check_assets,
    check_disk,
    check_incoming_mail,
    check_outgoing_mail,
    check_secret,
    check_web,
)
from vinloop.site.runtime.cluster import DatabaseStartError
from vinloop.site.runtime.config import Config
from vinloop.site.runtime.database import DatabaseNotUsableError
from vinloop.site.runtime.embedded import database_running
from vinloop.site.runtime.locks import is_taken
from vinloop.site.runtime.paths import make_home

OUTSIDE = (
    check_addresses,
    check_secret,
    check_disk,
    check_assets,
    check_web,
    check_incoming_mail,
    check_mail_door,
    check_outgoing_mail,
)


def examine(config: Config) -> list[Finding]:
    """All findings, in the order an operator would go through them."""
    make_home(config.home)
    is_up = is_taken(config.home / "up.lock")
    findings = [finding for check in OUTSIDE for finding in check(config, is_up)]
    return findings + list(_database(config))


def _database(config: Config) -> Iterator[Finding]:
    try:
        with database_running(config):
            yield from database_checks(config)
    except DatabaseStartError as error:
        yield fail("database", str(error), "look into postgres.log in the data folder")
    except DatabaseNotUsableError as error:
        yield fail("database", str(error), "see docs/operations.md, Configure")
