"""Django's entry to the room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
