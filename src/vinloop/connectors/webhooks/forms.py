"""The form of an endpoint."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.connectors.models import WebhookEndpoint
from vinloop.connectors.webhooks.actions import EndpointTerms


class EndpointForm(forms.Form):
    """Where deliveries go and which facts are told."""

    url = forms.CharField(label=_("Address"), max_length=500, help_text=_("An https address that takes POST requests."))
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    kinds = forms.CharField(
        label=_("Events"),
        initial="*",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line: * for all, leads.* for a module, or a kind such as leads.LeadCaptured."),
    )
    is_active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    @classmethod
    def start(cls, endpoint: WebhookEndpoint) -> dict[str, Any]:
        """The form's values for an existing endpoint."""
        plain = {name: getattr(endpoint, name) for name in ("url", "description", "is_active")}
        return plain | {"kinds": "\n".join(endpoint.kinds)}

    def terms(self) -> EndpointTerms:
        """What was entered, for the action."""
        data = self.cleaned_data
        kinds = data["kinds"].replace(",", " ").split()
        return EndpointTerms(data["url"].strip(), kinds, data["description"], data["is_active"])
