"""The buyer's own page for programs: the same link opens the same enquiry, and allows the same steps."""

from vinloop.portal.api.urls import urls

__all__ = ["urls"]
