"""Django's entry to the room."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"
