"""The suite's own surroundings, set before anything reads the configuration (loaded with `-p` in addopts).

Nothing of the developer's own installation is read or written: the data folder is a new temporary one, shared
by the parallel workers of one run and removed at its end. Without DATABASE_URL the tests run on an embedded
PostgreSQL in that folder, which starts with the first test that needs it and stops with the last process. The files
of the tests (``tmp_path``) lie beside it: pytest's own folder is one for all runs, and each new run closes it to
other accounts, the one PostgreSQL runs as for root among them.
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
    folder = tempfile.mkdtemp(prefix="vinloop-test-")
    files = os.path.join(folder, "files")
    os.mkdir(files)
    for name in [name for name in os.environ if name.startswith("VINLOOP_") and name not in TOLD]:
        del os.environ[name]
    os.environ[RUN_VARIABLE] = str(os.getpid())
    os.environ["VINLOOP_HOME"] = os.path.join(folder, "home")
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", files)
    os.environ["VINLOOP_SECRET_KEY"] = "of-no-value-beyond-this-run-" + "0" * 32
    os.environ["VINLOOP_LOG_LEVEL"] = "WARNING"
    # Last in, first out: registered at the very start, this runs after every other clean-up of the process.
    atexit.register(_clear, folder, os.getpid())


def _clear(folder: str, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


_surround()
