"""Tables as people keep and exchange them: CSV in any dress, and Excel workbooks.

This room turns bytes into headers and rows of text (``read_table``), proposes which column means what
(``suggest_mapping``), and writes exports a spreadsheet opens without running them (``write_csv``,
``write_xlsx``). It owns encodings, delimiters, damaged numbers and the guards against hostile archives. It must
not know what a row is for: validation and import belong to the room whose rows they become.
"""

from vinloop.connectors.tabular.cells import safe_cell
from vinloop.connectors.tabular.mapping import FIELDS, suggest_mapping
from vinloop.connectors.tabular.read import read_table
from vinloop.connectors.tabular.refusal import TableRefused
from vinloop.connectors.tabular.table import Table, TableWarning
from vinloop.connectors.tabular.write import write_csv, write_xlsx

__all__ = [
    "FIELDS",
    "Table",
    "TableRefused",
    "TableWarning",
    "read_table",
    "safe_cell",
    "suggest_mapping",
    "write_csv",
    "write_xlsx",
]
