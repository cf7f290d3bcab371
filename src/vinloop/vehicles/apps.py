"""Django's entry to the room."""

from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.vehicles"
    label = "vehicles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, facts, the menu and the panel on the customer's page."""
        from vinloop.vehicles import declarations

        declarations.declare()
