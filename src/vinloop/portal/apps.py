"""Django's entry to the room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the permission of a link's holder, the facts and the settings."""
        from vinloop.portal import declarations

        declarations.declare()
