"""Django's entry to the room."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"
