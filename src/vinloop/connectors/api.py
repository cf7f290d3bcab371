"""The connectors' JSON endpoints."""

from __future__ import annotations

from django.urls import URLPattern

from vinloop.connectors.tabular import api as tabular
from vinloop.connectors.tabular.records import api as records
from vinloop.connectors.webhooks import api as webhooks

urls: list[URLPattern] = [*tabular.urls, *records.urls, *webhooks.urls]
