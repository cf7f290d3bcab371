"""Writes of the customers room."""

from vinloop.customers.actions.access import end_access, give_access
from vinloop.customers.actions.edit import edit_customer, record_consents
from vinloop.customers.actions.identify import Identified, Person, identify_people, known_people, write_people

__all__ = [
    "Identified",
    "Person",
    "edit_customer",
    "end_access",
    "give_access",
    "identify_people",
    "known_people",
    "record_consents",
    "write_people",
]
