"""The API's addresses, room by room. A room's ``api.py`` lists its endpoints in ``urls``; add it here."""

from __future__ import annotations

from django.urls import URLPattern, re_path
from django.urls import path as plain_path

from vinloop.connectors import api as connectors
from vinloop.customers import api as customers
from vinloop.customers import api_whole as whole_customers
from vinloop.customers import steward_api as stewardship
from vinloop.customers.privacy import api as privacy
from vinloop.customers.quality import api as data_quality
from vinloop.insight import api as insight
from vinloop.kernel.api import admin_endpoints as administration
from vinloop.kernel.api import endpoints as kernel
from vinloop.kernel.api import facts, finding, own_account
from vinloop.kernel.api.views import document_view, not_found, reference_view
from vinloop.leads import api as leads
from vinloop.messaging import api as messaging
from vinloop.network import api as network
from vinloop.orders import api as orders
from vinloop.portal import api as portal
from vinloop.vehicles import api as vehicles

app_name = "api"

ENDPOINTS: list[URLPattern] = [
    *kernel.urls,
    *own_account.urls,
    *facts.urls,
    *finding.urls,
    *administration.urls,
    # Before the leads: an import's address begins like a lead's.
    *connectors.urls,
    *leads.urls,
    # Before the customers: these addresses begin like a customer's.
    *stewardship.urls,
    *customers.urls,
    *whole_customers.urls,
    *privacy.urls,
    *data_quality.urls,
    *orders.urls,
    *vehicles.urls,
    *network.urls,
    *messaging.urls,
    *insight.urls,
    *portal.urls,
]

urlpatterns: list[URLPattern] = [
    *ENDPOINTS,
    plain_path("openapi.json", document_view(ENDPOINTS), name="openapi"),
    plain_path("docs", reference_view(ENDPOINTS), name="docs"),
    re_path("", not_found),
]
