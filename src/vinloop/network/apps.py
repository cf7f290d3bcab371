"""Django's entry to the room."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, facts and the menu."""
        from vinloop.network import declarations

        declarations.declare()
