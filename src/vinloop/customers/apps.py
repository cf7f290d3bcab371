"""Django's entry to the room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
