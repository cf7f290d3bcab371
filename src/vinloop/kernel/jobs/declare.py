"""How a module declares a job (in its ``jobs.py``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, Protocol

from django.db import close_old_connections, connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.access.scope import acting

log = logging.getLogger(__name__)
P = ParamSpec("P")
ATTEMPTS = 8


class Job(Protocol):
    """A declared job: ``defer`` queues it in the current transaction, ``batch_defer`` many with one statement."""

    def defer(self, **arguments: Any) -> int: ...

    def batch_defer(self, *arguments: dict[str, Any]) -> list[int]: ...

    def configure(self, **options: Any) -> Any: ...


def job(
    *,
    queue: str = "default",
    attempts: int = ATTEMPTS,
    queueing_lock: str | None = None,
    lock: str | None = None,
    is_one_transaction: bool = True,
) -> Callable[[Callable[P, None]], Any]:
    """Declare a function as a job: it runs as the system, in one transaction, at least once.

    A failure is tried again after 2, 4, 8 … seconds, ``attempts`` times in all; after that the job rests in the
    dead-letter list. ``queueing_lock`` lets only one such job wait at a time; jobs of one ``lock`` run one after the
    other. Work that takes minutes says ``is_one_transaction=False`` and commits in steps of its own (``acting``).
    """

    def decorate(function: Callable[P, None]) -> Any:
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=2)
        name = f"{function.__module__.removeprefix('vinloop.')}.{function.__name__}"
        runs = _as_system(function, name) if is_one_transaction else _in_steps(function, name)
        return app.task(name=name, queue=queue, retry=retry, queueing_lock=queueing_lock, lock=lock)(runs)

    return decorate


def periodic_job(
    cron: str, *, queue: str = "periodic", lock: str | None = None, is_one_transaction: bool = True
) -> Callable[[Callable[[], None]], Any]:
    """Declare a function that runs at the times a cron line names (minutes, UTC), once over all workers.

    ``lock`` and ``is_one_transaction`` are those of ``job``.
    """

    def decorate(function: Callable[[], None]) -> Any:
        def on_time(timestamp: int) -> None:
            function()

        name = f"{function.__module__.removeprefix('vinloop.')}.{function.__name__}"
        runs = _as_system(on_time, name) if is_one_transaction else _in_steps(on_time, name)
        task = app.task(name=name, queue=queue, queueing_lock=name, lock=lock, pass_context=False)(runs)
        return app.periodic(cron=cron)(task)

    return decorate


def _as_system(function: Callable[P, None], name: str) -> Callable[P, None]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        _drop_old_connections()
        with _failures_told(name), acting(system_actor()):
            function(*args, **kwargs)

    return run


def _in_steps(function: Callable[P, None], name: str) -> Callable[P, None]:
    """The function names its actor and its transactions itself."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        _drop_old_connections()
        with _failures_told(name):
            function(*args, **kwargs)

    return run


@contextmanager
def _failures_told(name: str) -> Iterator[None]:
    """Every attempt that fails leaves a line; what the error says may hold people's data and stays out of it."""
    try:
        yield
    except Exception as error:
        log.warning("job %s failed: %s", name, type(error).__name__)
        raise


def _drop_old_connections() -> None:
    """A worker's thread may hold a connection the server has ended. Within a transaction there is none to drop:

    whoever calls a job there (a test, a command) goes on with the connection, and dropping it would end their work.
    """
    if not any(each.in_atomic_block for each in connections.all(initialized_only=True)):
        close_old_connections()


def defer(name: str, *, queue: str = "default", **arguments: Any) -> None:
    """Queue a declared job by its name (``leads.jobs.dispatch_now``), for actions that jobs themselves call."""
    app.configure_task(name=name, queue=queue).defer(**arguments)
