"""Django's entry to the leads room."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """Registers what this room offers to the others."""

    name = "vinloop.leads"
    label = "leads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare permissions, settings and menu entries."""
        from vinloop.leads import declarations
        from vinloop.leads.menu import declare_leads_desk
        from vinloop.leads.menu_dealer import declare_dealer_menu

        declarations.declare()
        declare_leads_desk()
        declare_dealer_menu()
