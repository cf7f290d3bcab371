"""The sheets of a lead's page: each asks only what its step needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.leads.models import Lead, ReasonCode
from vinloop.leads.queries.consultants import Consultant
from vinloop.leads.queries.desk import reason_codes
from vinloop.leads.queries.preview import Candidate
from vinloop.network.queries import dealer_id_by_code


def reasons(kind: str) -> list[ReasonCode]:
    """The reasons in use for a kind of ending, in their order."""
    return [each for each in reason_codes() if each.kind == kind and each.is_active]


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Give a choice field its choices."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


class DispatchForm(forms.Form):
    """The dealer the rule would take is chosen beforehand; another one may be named."""

    dealer = forms.ChoiceField(label=_("Dealer"), widget=forms.RadioSelect, required=False)
    other = forms.CharField(
        label=_("Or another dealer"),
        max_length=120,
        required=False,
        help_text=_("Name or code"),
        widget=forms.TextInput(attrs={"list": "dealers", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "dealer", [("", _now("Let the rule choose")), *((each.code, each.name) for each in candidates)])

    def clean_other(self) -> str:
        """A dealer must exist to be named."""
        text: str = self.cleaned_data["other"].strip()
        if text and dealer_id_by_code(text) is None:
            raise forms.ValidationError(_("There is no dealer of this name or code."))
        return text

    @property
    def dealer_id(self) -> int | None:
        """The dealer that was chosen; ``None`` leaves it to the rule."""
        return dealer_id_by_code(self.cleaned_data["other"] or self.cleaned_data["dealer"])


class ReasonForm(forms.Form):
    """Why a dealer gives a lead back."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", [(each.code, each.label) for each in reasons(kind)])


class LostForm(forms.Form):
    """Why the customer is lost; a manager reviews it."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    competitor = forms.CharField(label=_("Which competitor"), max_length=80, required=False)
    note = forms.CharField(
        label=_("What happened"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = reasons("lost")
        asking = [each.label for each in found if each.asks_competitor]
        offer(self, "reason", [(each.code, each.label) for each in found])
        if asking:
            hint = _now("Needed for: %(reasons)s") % {"reasons": ", ".join(asking)}
            self.fields["competitor"].help_text = hint


class ReviewForm(forms.Form):
    """The manager's answer to a reported loss."""

    answer = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("approve", _("Approve as lost")), ("reject", _("Back into follow-up"))],
    )


class RecycleForm(forms.Form):
    """Where a lost lead goes."""

    target = forms.ChoiceField(
        label=_("What next"),
        widget=forms.RadioSelect,
        choices=[("ready", _("To another dealer now")), ("nurture", _("Nurture and call again later"))],
    )


class ConsultantForm(forms.Form):
    """Who looks after the customer."""

    consultant = forms.ChoiceField(label=_("Consultant"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Sequence[Consultant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "consultant", [(str(person.id), person.label) for person in people])

    @classmethod
    def start(cls, lead: Lead) -> dict[str, Any]:
        """The form's values for a lead."""
        return {"consultant": str(lead.consultant_id or "")}
