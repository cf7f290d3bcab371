"""Django's entry to the insight room."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this room brings."""
        from vinloop.insight import declarations

        declarations.declare()
