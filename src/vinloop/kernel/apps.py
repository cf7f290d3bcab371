"""Django's entry to the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Registers the kernel's own permissions, settings and menu entries."""

    name = "vinloop.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what must exist before the first request."""
        from vinloop.kernel import declarations

        declarations.declare()
