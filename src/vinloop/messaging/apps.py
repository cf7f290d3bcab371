"""Django's entry to the room."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions and fill the slot on the customer's page."""
        from vinloop.messaging import declarations

        declarations.declare()
