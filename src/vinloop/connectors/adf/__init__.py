"""ADF 1.0, the XML in which portals and manufacturers send leads by HTTP and e-mail.

This room reads lead files as they really arrive (``parse_adf``, ``extract_adf``), writes them as the standard
wants (``emit_adf``) and flattens them to what a lead needs (``to_submissions``). Values stay as typed:
phones, names and brands are normalised by the action that captures the lead. It must not guess what a file
does not say, and must not read anything outside the bytes it was given.
"""

from vinloop.connectors.adf.document import AdfDocument
from vinloop.connectors.adf.emit import emit_adf
from vinloop.connectors.adf.mailbody import extract_adf
from vinloop.connectors.adf.parse import parse_adf
from vinloop.connectors.adf.prospects import AdfLead, TradeIn, to_submissions
from vinloop.connectors.adf.refusal import AdfRefused

__all__ = [
    "AdfDocument",
    "AdfLead",
    "AdfRefused",
    "TradeIn",
    "emit_adf",
    "extract_adf",
    "parse_adf",
    "to_submissions",
]
