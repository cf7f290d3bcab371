"""Background work of the connectors, gathered here because jobs are looked for in a room's own ``jobs`` module."""

from vinloop.connectors.handling import handle_document, pick_up_left_documents
from vinloop.connectors.tabular.jobs import run_import
from vinloop.connectors.tabular.records.folder import look_into_folder
from vinloop.connectors.tabular.records.jobs import run_records
from vinloop.connectors.webhooks.jobs import deliver_due, deliver_waiting

__all__ = [
    "deliver_due",
    "deliver_waiting",
    "handle_document",
    "look_into_folder",
    "pick_up_left_documents",
    "run_import",
    "run_records",
]
