"""Django's entry to the room."""

from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.vehicles"
    label = "vehicles"
    default_auto_field = "django.db.models.BigAutoField"
