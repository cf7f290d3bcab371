"""The leads room's JSON endpoints."""

from vinloop.leads.api.urls import urls

__all__ = ["urls"]
