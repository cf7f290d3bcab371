"""The leads room's JSON endpoints."""

from django.urls import URLPattern

from vinloop.leads.api import bulk, demo_cars, reference, showroom, test_drives, today
from vinloop.leads.api.urls import urls as lead_urls

__all__ = ["urls"]

urls: list[URLPattern] = [
    *bulk.urls, *lead_urls, *today.urls, *showroom.urls, *test_drives.urls, *demo_cars.urls, *reference.urls
]  # fmt: skip
