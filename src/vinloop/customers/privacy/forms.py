"""What is filled in about requests by law, reasons and exports."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vinloop.customers.forms import FIELDS
from vinloop.customers.models import Customer, PrivacyRequest
from vinloop.customers.privacy.consent import channels_of
from vinloop.customers.privacy.requests import Asked
from vinloop.customers.privacy.words import PROOFS, REFUSALS, WAYS, WHO, channel_words


class RequestForm(forms.Form):
    """A request as it came in."""

    kind = forms.ChoiceField(label=_("What do they ask for?"), choices=PrivacyRequest.Kind.choices)
    who = forms.ChoiceField(label=_("Who asks?"), choices=list(WHO.items()))
    way = forms.ChoiceField(label=_("How did they ask?"), choices=list(WAYS.items()))
    proof = forms.ChoiceField(label=_("How do we know who it is?"), choices=list(PROOFS.items()))
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Erased together with the customer."),
    )  # fmt: skip

    def asked(self) -> Asked:
        """For the action."""
        data = self.cleaned_data
        return Asked(who=data["who"], way=data["way"], proof=data["proof"], note=data["note"])


class RefusalForm(forms.Form):
    """Why the answer is no."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[(code, words) for code, words in REFUSALS.items() if code != "erased"]
    )


class CorrectionForm(forms.Form):
    """Every field of a record that a person may correct; the address only by those who may see hidden values."""

    def __init__(self, *args: Any, customer: Customer, has_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in FIELDS.items():
            if name == "address" and not has_address:
                continue
            self.fields[name] = deepcopy(field)
            self.fields[name].required = False
            self.initial[name] = getattr(customer, name)


class PurposeForm(forms.Form):
    """What the customer allows for one purpose, and where they said so."""

    proof = forms.CharField(
        label=_("Where was it said"), max_length=200, help_text=_("For example: by phone today, signed form")
    )

    def __init__(self, *args: Any, purpose: str, known: dict[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._channels, self._known = channels_of(purpose), known
        for channel in self._channels:
            self.fields[f"consent_{channel}"] = forms.ChoiceField(
                label=channel_words(channel) if channel else _("Do they allow it?"),
                choices=[("yes", _("Yes")), ("no", _("No"))],
                widget=forms.RadioSelect,
                required=False,
                initial="" if channel not in known else "yes" if known[channel] else "no",
            )
        self.order_fields([*(f"consent_{channel}" for channel in self._channels), "proof"])

    def answers(self) -> dict[str, bool]:
        """The answers that differ from what was known."""
        said = {channel: self.cleaned_data[f"consent_{channel}"] for channel in self._channels}
        given = {channel: answer == "yes" for channel, answer in said.items() if answer}
        return {channel: answer for channel, answer in given.items() if self._known.get(channel) != answer}


class ExportForm(forms.Form):
    """What a customer list is for, and as which file."""

    reason = forms.CharField(
        label=_("What is the list for?"), max_length=200,
        help_text=_("Kept with your name, the filter and the number of customers."),
    )  # fmt: skip
    file_format = forms.ChoiceField(label=_("File"), choices=[("xlsx", "Excel"), ("csv", "CSV")])
