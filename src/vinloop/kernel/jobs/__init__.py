"""Background work that commits with the change that queued it.

The queue is procrastinate's: rows in the same database, retries with back-off, periodic work, and failed
jobs kept in sight until somebody replays or drops them.
"""

from vinloop.kernel.jobs import chores  # imported so that the worker knows them
from vinloop.kernel.jobs.declare import defer, job, periodic_job

__all__ = ["chores", "defer", "job", "periodic_job"]
