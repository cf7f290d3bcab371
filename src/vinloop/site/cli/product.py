"""Opening the product for a command: database running and ready, Django set up, tables up to date."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from vinloop.site.cli.output import CommandError
from vinloop.site.runtime.config import Config, config
from vinloop.site.runtime.database import prepare_database
from vinloop.site.runtime.embedded import database_running

_COLLECT_AFTER = 50_000  # allocations, Python's own being 700


@contextmanager
def product(*, migrated: bool = True) -> Iterator[Config]:
    """Everything a command needs to call into the rooms. Raises `CommandError` when tables are out of date."""
    settings = config()
    with database_running(settings):
        prepare_database(settings.effective_database_url)
        start_django()
        if migrated:
            _require_tables()
        yield settings


def terminal_language() -> str:
    """Chinese when the terminal is set to it, otherwise English, which the command itself speaks."""
    wanted = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh-hans" if wanted.startswith("zh") else "en"


@contextmanager
def in_terminal_language() -> Iterator[None]:
    """Names that exist in both languages come in the terminal's."""
    from django.utils import translation

    with translation.override(terminal_language()):
        yield


def start_django() -> None:
    """Load the product. What is loaded stays for good, so the collector need not look through it again and again:
    that took a sixth of an import's time.
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vinloop.site.settings")
    django.setup()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


def _require_tables() -> None:
    from vinloop.site.runtime.schema import pending_migrations, unknown_migrations

    pending = pending_migrations()
    if pending:
        raise CommandError(f"the database lacks {len(pending)} migrations; run: vinloop migrate")
    unknown = unknown_migrations()
    if unknown:
        raise CommandError(f"the database was used by a newer version (it has {unknown[0]}); install that version")
