"""Django's entry to the orders room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this room brings."""
        from vinloop.orders import declarations

        declarations.declare()
