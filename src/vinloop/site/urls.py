"""Addresses of the whole product, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from vinloop.kernel.health import healthz
from vinloop.kernel.web.finding import search
from vinloop.site.home import desk

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("vinloop.site.api_urls")),
    path("accounts/", include("vinloop.kernel.accounts.urls")),
    path("desk/", desk, name="desk"),
    path("", include("vinloop.connectors.urls")),
    path("desk/admin/", include("vinloop.kernel.admin.urls")),
    path("desk/dealer/", include("vinloop.leads.urls_dealer")),
    path("desk/search/", search, name="search"),
    path("desk/customers/", include("vinloop.customers.urls")),
    path("desk/customers/", include("vinloop.vehicles.urls_customer")),
    path("desk/orders/", include("vinloop.orders.urls")),
    path("desk/leads/", include("vinloop.leads.urls")),
    path("desk/insight/", include("vinloop.insight.urls")),
    path("desk/catalogue/", include("vinloop.vehicles.urls")),
    path("desk/network/", include("vinloop.network.urls")),
    path("", include("vinloop.portal.urls")),
]

handler404 = "vinloop.portal.views.pages.not_found"
