"""Places in the reader's language."""

from __future__ import annotations

from django import template

from vinloop.customers.words import place_words

register = template.Library()
register.filter("place", place_words)
