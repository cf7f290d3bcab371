"""Django's entry to the room."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.connectors"
    label = "connectors"
    default_auto_field = "django.db.models.BigAutoField"
