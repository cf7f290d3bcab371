"""Facts: typed, versioned, one row each, in the transaction of the change they tell of."""

from vinloop.kernel.events.facts import (
    Fact,
    Subject,
    fact_class,
    fact_kinds,
    is_spelt,
    render_fact,
    spell_field,
    spell_payload,
)
from vinloop.kernel.events.recorder import Recorded, record, record_all

__all__ = [
    "Fact",
    "Recorded",
    "Subject",
    "fact_class",
    "fact_kinds",
    "is_spelt",
    "record",
    "record_all",
    "render_fact",
    "spell_field",
    "spell_payload",
]
