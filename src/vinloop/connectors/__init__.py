"""Connectors: one folder per outside system or file format, strangers to each other.

A connector is a door: it turns what the outside sends (lead files, tables, messages, calls) into plain typed
structures and hands them to one action of a lower room, and writes what the outside wants to read. It owns
the wire formats and their breakages. It must not hold business rules, write another room's tables, or import
another connector; what cannot be understood is refused with a stable reason code, so that the door can keep
the original bytes in quarantine and replay them.
"""
