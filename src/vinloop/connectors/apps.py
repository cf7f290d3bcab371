"""Django's entry to the connectors room."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.connectors"
    label = "connectors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this room brings."""
        from vinloop.connectors import declarations

        declarations.declare()
