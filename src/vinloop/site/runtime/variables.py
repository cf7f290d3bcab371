"""Reading single environment variables, each refused by name with what is wrong and what would be right."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})
SHORTEST_SECRET = 32
SHORTEST_PASSWORD = 12


class ConfigError(Exception):
    """A variable has a value that cannot be used. The message names the variable; never prints a secret."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable
        self.problem = problem


def _text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def default_home(environ: Mapping[str, str]) -> Path:
    """The data folder, absolute. It is not created here: reading the configuration changes nothing."""
    given = _text(environ, "VINLOOP_HOME")
    path = Path(given).expanduser() if given else Path(platformdirs.user_data_dir("vinloop"))
    if path.exists() and not path.is_dir():
        raise ConfigError("VINLOOP_HOME", f"{path} is a file; name a folder")
    return path.absolute()


def read_flag(environ: Mapping[str, str], name: str) -> bool:
    text = _text(environ, name).lower()
    if text not in YES | NO:
        raise ConfigError(name, f"{text!r} is neither yes nor no; use 1 or 0")
    return text in YES


def read_number(environ: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = _text(environ, name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise ConfigError(name, f"{text!r} is not a whole number from {low} to {high}")
    if not low <= int(text) <= high:
        raise ConfigError(name, f"{text} is outside {low} to {high}")
    return int(text)


def read_port(environ: Mapping[str, str], name: str, *, default: int, zero_is_off: bool = False) -> int:
    return read_number(environ, name, default=default, low=0 if zero_is_off else 1, high=65535)


def read_words(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in _text(environ, name).split(",")) if word)


def read_addresses(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Addresses or networks, comma-separated: `10.0.0.5, 192.168.0.0/24`."""
    words = read_words(environ, name)
    for word in words:
        try:
            ipaddress.ip_network(word)
        except ValueError:
            raise ConfigError(name, f"{word!r} is not an IP address or network such as 10.0.0.0/8") from None
    return words


def read_level(environ: Mapping[str, str], name: str) -> str:
    level = _text(environ, name).upper() or "INFO"
    if level not in LEVELS:
        raise ConfigError(name, f"{level!r} is not one of {', '.join(LEVELS)}")
    return level


def read_origin(environ: Mapping[str, str], name: str, *, default: str) -> str:
    """An address people open, without path or trailing slash: `https://crm.example.com`."""
    text = _text(environ, name).rstrip("/") or default
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ConfigError(name, f"{text!r} is not an address such as https://crm.example.com (no path)")
    return text


def read_url(environ: Mapping[str, str], name: str, *, schemes: tuple[str, ...]) -> str | None:
    """A URL that may carry a password; errors therefore never repeat the value."""
    text = _text(environ, name)
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in schemes:
        raise ConfigError(name, f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if not parts.hostname:
        raise ConfigError(name, f"names no host; use {schemes[0]}://user:password@host/…")
    return text


def read_file_pair(environ: Mapping[str, str], first: str, second: str) -> tuple[Path, Path] | None:
    """Two files that only make sense together, such as a certificate and its key."""
    given = {name: _text(environ, name) for name in (first, second)}
    if not any(given.values()):
        return None
    for name, text in given.items():
        if not text:
            raise ConfigError(name, f"is missing; {first} and {second} are set together")
        if not Path(text).expanduser().is_file():
            raise ConfigError(name, f"{text} is not a file")
    one, other = (Path(text).expanduser().absolute() for text in given.values())
    return one, other


def read_login(environ: Mapping[str, str], name: str) -> str | None:
    """`user:password`; errors never repeat the value."""
    text = _text(environ, name)
    if not text:
        return None
    user, _colon, password = text.partition(":")
    if not user or len(password) < SHORTEST_PASSWORD:
        raise ConfigError(name, f"write user:password with a password of at least {SHORTEST_PASSWORD} characters")
    return text


def read_database_url(environ: Mapping[str, str]) -> str | None:
    """DATABASE_URL, when it is a PostgreSQL address naming a database; none means the embedded server."""
    text = _text(environ, "DATABASE_URL")
    if not text:
        return None
    if urlsplit(text).scheme not in {"postgresql", "postgres"}:
        raise ConfigError("DATABASE_URL", "must start with postgresql://; Vinloop works on PostgreSQL only")
    try:
        parameters = conninfo_to_dict(text)
    except ProgrammingError:
        raise ConfigError(
            "DATABASE_URL", "cannot be read; write postgresql://user:password@host:5432/database"
        ) from None
    if not parameters.get("dbname"):
        raise ConfigError("DATABASE_URL", "names no database; end it with /vinloop")
    return text


def read_secret(environ: Mapping[str, str]) -> str | None:
    text = _text(environ, "VINLOOP_SECRET_KEY")
    if text and len(text) < SHORTEST_SECRET:
        raise ConfigError("VINLOOP_SECRET_KEY", f"is shorter than {SHORTEST_SECRET} characters; use a long random text")
    return text or None


def read_old_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Secret keys that were replaced, newest first: what they signed and sealed still opens."""
    return tuple(_text(environ, "VINLOOP_SECRET_KEY_FALLBACKS").replace(",", " ").split())
