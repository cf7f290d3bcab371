"""The kernel: what every room of the house stands on and nobody outside it repeats.

It owns organisations and users, who may do what and see which rows, the event table, background jobs,
business clocks, identifiers, search tokens, settings, received documents, and the kits screens and API
endpoints are made of. It knows no business module and must not learn the words lead, order or case.
"""
