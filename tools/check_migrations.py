"""Fail when the models have changes that no migration makes. Needs no installation: uses a throw-away one."""

import os
import subprocess
import sys
import tempfile


def main() -> int:
    """Ask Django in a fresh data folder, so that the developer's own is left alone."""
    with tempfile.TemporaryDirectory(prefix="vinloop-check-") as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VINLOOP_")}
        environment |= {"VINLOOP_HOME": home, "VINLOOP_LOG_LEVEL": "WARNING"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "vinloop.site.cli", "manage", "makemigrations", "--check", "--dry-run"]
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
