"""Addresses of the whole product, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("vinloop.site.api_urls")),
    path("accounts/", include("vinloop.kernel.accounts.urls")),
    path("desk/admin/", include("vinloop.kernel.admin.urls")),
    path("desk/catalogue/", include("vinloop.vehicles.urls")),
    path("desk/network/", include("vinloop.network.urls")),
]
