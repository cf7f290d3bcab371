"""The configuration: read once from the environment, typed, refused by the variable's name when wrong."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from vinloop.site.runtime.paths import embedded_database_url
from vinloop.site.runtime.secret import kept_secret
from vinloop.site.runtime.variables import (
    ConfigError,
    default_home,
    read_addresses,
    read_database_url,
    read_file_pair,
    read_flag,
    read_level,
    read_login,
    read_number,
    read_old_secrets,
    read_origin,
    read_port,
    read_secret,
    read_url,
    read_words,
)

__all__ = ["Config", "ConfigError", "config", "read_config"]

DEFAULT_BODY_LIMIT_MIB = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything an operator may set. `docs/operations.md` describes each value for people.

    `database_url` is what was set from outside; `effective_database_url` is where the data really is.
    """

    home: Path
    database_url: str | None
    host: str
    port: int
    public_url: str
    secret_key: str = field(repr=False)
    old_secrets: tuple[str, ...] = field(repr=False)
    debug: bool
    web_workers: int
    web_threads: int
    smtp_host: str
    smtp_port: int
    smtp_tls: tuple[Path, Path] | None
    smtp_auth: bool
    smtp_login: str | None = field(repr=False)
    imap_url: str | None = field(repr=False)
    email_url: str | None = field(repr=False)
    allowed_hosts: tuple[str, ...]
    trusted_proxy: tuple[str, ...]
    log_level: str
    max_body_bytes: int

    @property
    def uses_embedded_database(self) -> bool:
        return self.database_url is None

    @property
    def effective_database_url(self) -> str:
        """The database's address: the one given, or the embedded server's socket (known before it runs)."""
        return self.database_url or embedded_database_url(self.home)

    @property
    def media_root(self) -> Path:
        """Where uploaded files are kept."""
        return self.home / "files"

    @property
    def outbox(self) -> Path:
        """Where outgoing mail is written while no VINLOOP_EMAIL_URL is set."""
        return self.home / "outbox"


def read_config(environ: Mapping[str, str]) -> Config:
    """Read the configuration from `environ`. Raises `ConfigError`, naming the variable and the remedy."""
    home = default_home(environ)
    host = environ.get("VINLOOP_HOST", "").strip() or "127.0.0.1"
    port = read_port(environ, "VINLOOP_PORT", default=8000)
    public_url = read_origin(environ, "VINLOOP_PUBLIC_URL", default=_local_origin(host, port))
    return Config(
        home=home,
        database_url=read_database_url(environ),
        host=host,
        port=port,
        public_url=public_url,
        secret_key=read_secret(environ) or _own_secret(home),
        old_secrets=read_old_secrets(environ),
        debug=read_flag(environ, "VINLOOP_DEBUG"),
        web_workers=read_number(environ, "VINLOOP_WEB_WORKERS", default=1, low=1, high=64),
        web_threads=read_number(environ, "VINLOOP_WEB_THREADS", default=4, low=1, high=64),
        smtp_host=environ.get("VINLOOP_SMTP_HOST", "").strip() or "127.0.0.1",
        smtp_port=read_port(environ, "VINLOOP_SMTP_PORT", default=2525, zero_is_off=True),
        smtp_tls=read_file_pair(environ, "VINLOOP_SMTP_TLS_CERT", "VINLOOP_SMTP_TLS_KEY"),
        smtp_auth=_smtp_auth(environ),
        smtp_login=read_login(environ, "VINLOOP_SMTP_LOGIN"),
        imap_url=read_url(environ, "VINLOOP_IMAP_URL", schemes=("imap", "imaps")),
        email_url=read_url(environ, "VINLOOP_EMAIL_URL", schemes=("smtp", "smtps", "smtp+tls")),
        allowed_hosts=read_words(environ, "VINLOOP_ALLOWED_HOSTS"),
        trusted_proxy=read_addresses(environ, "VINLOOP_TRUSTED_PROXY"),
        log_level=read_level(environ, "VINLOOP_LOG_LEVEL"),
        max_body_bytes=1024
        * 1024
        * read_number(environ, "VINLOOP_MAX_BODY_MIB", default=DEFAULT_BODY_LIMIT_MIB, low=1, high=1024),
    )


@lru_cache(maxsize=1)
def config() -> Config:
    """This process's configuration, read once."""
    return read_config(os.environ)


def _smtp_auth(environ: Mapping[str, str]) -> bool:
    """Whether senders of mail must log in. A password is never asked for on a connection others can read."""
    for name in ("VINLOOP_SMTP_AUTH", "VINLOOP_SMTP_LOGIN"):
        is_wanted = read_flag(environ, name) if name == "VINLOOP_SMTP_AUTH" else read_login(environ, name) is not None
        if is_wanted and read_file_pair(environ, "VINLOOP_SMTP_TLS_CERT", "VINLOOP_SMTP_TLS_KEY") is None:
            raise ConfigError(name, "needs encryption: set VINLOOP_SMTP_TLS_CERT and VINLOOP_SMTP_TLS_KEY as well")
        if is_wanted:
            return True
    return False


def _local_origin(host: str, port: int) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_loopback or address.is_unspecified:
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if address.version == 6 else f"http://{host}:{port}"


def _own_secret(home: Path) -> str:
    try:
        return kept_secret(home)
    except OSError as error:
        problem = f"the data folder {home} cannot be used ({error.strerror}); name a folder this user may write"
        raise ConfigError("VINLOOP_HOME", problem) from None
