"""Background work of the connectors, gathered here because jobs are looked for in a room's own ``jobs`` module."""

from vinloop.connectors.handling import handle_document, pick_up_left_documents

__all__ = ["handle_document", "pick_up_left_documents"]
