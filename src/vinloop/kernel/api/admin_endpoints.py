"""The endpoints of the administration: what its screens do, for programs."""

from __future__ import annotations

from django.urls import URLPattern

from vinloop.kernel.api import admin_intake, admin_people, admin_roles, admin_settings, admin_tokens, organisations

urls: list[URLPattern] = [
    *organisations.urls,
    *admin_people.urls,
    *admin_roles.urls,
    *admin_settings.urls,
    *admin_intake.urls,
    *admin_tokens.urls,
]
