"""Numbers worn out by use: a dealer's own, a placeholder. They tell nobody apart."""

from __future__ import annotations

from collections.abc import Set

import msgspec

from vinloop.customers.matching.features import Features


def without(record: Features, worn: Set[str]) -> Features:
    """The record without numbers that say nothing."""
    if not record.phones or worn.isdisjoint(record.phones):
        return record
    return msgspec.structs.replace(record, phones=tuple(each for each in record.phones if each not in worn) or None)
