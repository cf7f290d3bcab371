"""Django's entry to the customers room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this room brings."""
        from vinloop.customers import declarations

        declarations.declare()
