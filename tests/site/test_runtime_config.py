"""The configuration says which variable is wrong and why, and keeps its secret."""

import stat
from pathlib import Path

import pytest

from vinloop.site.cli.product import terminal_language
from vinloop.site.runtime.config import Config, ConfigError, read_config
from vinloop.site.runtime.paths import SOCKET_NAME, data_directory, socket_directory


def _config(home: Path, **variables: str) -> Config:
    return read_config({"VINLOOP_HOME": str(home), **variables})


def test_defaults_need_nothing(tmp_path: Path) -> None:
    config = _config(tmp_path / "home")
    assert (config.host, config.port, config.smtp_port) == ("127.0.0.1", 8000, 2525)
    assert (config.web_workers, config.web_threads) == (1, 4)
    assert config.public_url == "http://localhost:8000"
    assert config.uses_embedded_database
    assert config.effective_database_url.startswith("postgresql://postgres@/vinloop?host=")


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = _config(tmp_path / "home").secret_key
    assert len(first) >= 50
    assert _config(tmp_path / "home").secret_key == first
    assert stat.S_IMODE((tmp_path / "home" / "secret_key").stat().st_mode) == 0o600
    assert first not in repr(_config(tmp_path / "home"))


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("VINLOOP_PORT", "eighty", "not a whole number"),
        ("VINLOOP_PORT", "0", "outside"),
        ("VINLOOP_SMTP_PORT", "70000", "outside"),
        ("VINLOOP_WEB_THREADS", "-1", "not a whole number"),
        ("VINLOOP_DEBUG", "maybe", "neither yes nor no"),
        ("VINLOOP_LOG_LEVEL", "chatty", "not one of"),
        ("VINLOOP_PUBLIC_URL", "crm.example.com", "not an address"),
        ("VINLOOP_PUBLIC_URL", "https://crm.example.com/crm", "no path"),
        ("VINLOOP_TRUSTED_PROXY", "proxy.local", "not an IP address"),
        ("VINLOOP_SECRET_KEY", "short", "shorter than"),
        ("VINLOOP_IMAP_URL", "http://host/", "must start with imap://"),
        ("VINLOOP_EMAIL_URL", "smtp:///", "names no host"),
        ("DATABASE_URL", "mysql://localhost/x", "PostgreSQL only"),
        ("DATABASE_URL", "postgresql://localhost", "names no database"),
        ("DATABASE_URL", "postgresql://localhost/x?nonsense=1", "cannot be read"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path: Path, variable: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        _config(tmp_path, **{variable: value})
    assert str(caught.value).startswith(f"{variable}: ")


def test_errors_never_repeat_a_password(tmp_path: Path) -> None:
    for variable in ("DATABASE_URL", "VINLOOP_EMAIL_URL", "VINLOOP_IMAP_URL"):
        with pytest.raises(ConfigError) as caught:
            _config(tmp_path, **{variable: "ftp://someone:hunter2@host/x"})
        assert "hunter2" not in str(caught.value)


def test_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(ConfigError, match="is a file"):
        _config(tmp_path / "home")


def test_long_home_gets_a_short_socket() -> None:
    srv = Path("/srv")
    short, long = srv / "a", srv / ("x" * 120)
    assert socket_directory(short) == data_directory(short)
    assert len(str(socket_directory(long) / SOCKET_NAME)) <= 103
    assert socket_directory(long) == socket_directory(long)
    assert socket_directory(long) != socket_directory(srv / ("y" * 120))


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_SG", "LANG": "en_GB"}, "zh-hans"),
        ({}, "en"),
    ],
)
def test_the_command_speaks_as_the_terminal_does(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language
