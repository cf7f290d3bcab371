"""A plain psycopg connection to the product's database, for what Django's connections can't do: listening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connections


def connection_facts(name: str) -> Mapping[str, Any]:
    """Where the database is, as libpq takes it, from Django's settings; ``name`` is shown in its activity list."""
    values = connections["default"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {key: values[setting] for key, setting in names.items() if values.get(setting)}
    return {**given, **values.get("OPTIONS", {}), "connect_timeout": 5, "application_name": f"vinloop {name}"}


def connect(name: str) -> psycopg.Connection[Any]:
    """Open a connection of one's own. It must only listen: no scope is in force on it, so it sees no rows."""
    return psycopg.connect(**connection_facts(name), autocommit=True)
