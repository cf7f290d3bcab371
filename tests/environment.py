"""The suite's own surroundings, set before anything reads the configuration (loaded with `-p` in addopts).

Nothing of the developer's own installation is read or written: the data folder is a new temporary one, shared
by the parallel workers of one run and removed at its end. Without DATABASE_URL the tests run on an embedded
PostgreSQL in that folder, which starts with the first test that needs it and stops with the last process.
"""

import atexit
import os
import shutil
import tempfile

RUN_VARIABLE = "VINLOOP_TEST_RUN"
# What a run may be told from outside: where to put the docs' pictures, and which site to walk through.
TOLD = ("VINLOOP_PICTURES", "VINLOOP_JOURNEY_SITE")


def _surround() -> None:
    if RUN_VARIABLE in os.environ:
        return
    home = tempfile.mkdtemp(prefix="vinloop-test-")
    for name in [name for name in os.environ if name.startswith("VINLOOP_") and name not in TOLD]:
        del os.environ[name]
    os.environ[RUN_VARIABLE] = str(os.getpid())
    os.environ["VINLOOP_HOME"] = home
    os.environ["VINLOOP_SECRET_KEY"] = "of-no-value-beyond-this-run-" + "0" * 32
    os.environ["VINLOOP_LOG_LEVEL"] = "WARNING"
    # Last in, first out: registered at the very start, this runs after every other clean-up of the process.
    atexit.register(_clear, home, os.getpid())


def _clear(home: str, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(home, ignore_errors=True)


_surround()
