"""Django's entry to the room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
