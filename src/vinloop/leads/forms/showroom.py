"""What the reception types about a party."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinloop.leads.actions.showroom import MOST_PEOPLE, VisitInput
from vinloop.leads.models import ShowroomVisit
from vinloop.leads.queries.consultants import Consultant
from vinloop.leads.rules.companies import kind_of
from vinloop.leads.rules.submissions import ConsentInput, CustomerInput
from vinloop.vehicles.queries import catalogue

Choices = list[tuple[str, str]]


def model_choices() -> Choices:
    """The models on sale, after an empty choice."""
    return [("", str(_("Not said"))), *((str(model.id), model.label) for model in catalogue().active_models())]


def consultant_choices(people: Sequence[Consultant]) -> Choices:
    """The consultants, after an empty choice."""
    return [("", str(_("Nobody yet"))), *((str(person.id), person.label) for person in people)]


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Let a field of the form choose among these."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class ContactPart(forms.Form):
    """Who they are, as far as they say."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    may_call = forms.BooleanField(label=_("Agrees to be called"), required=False)

    def customer(self) -> CustomerInput | None:
        """The contact, or ``None`` when they left nothing."""
        name, phone = self.cleaned_data["name"], self.cleaned_data["phone"]
        if not (name or phone):
            return None
        return CustomerInput(name=name, kind=kind_of(name), phones=[phone] if phone else [])

    def consent(self) -> ConsentInput:
        """What they agreed to; nothing is recorded when nobody asked."""
        return ConsentInput(phone=True, proof="showroom") if self.cleaned_data["may_call"] else ConsentInput()


class ContactForm(ContactPart):
    """A contact left later; now the number is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.fields["phone"].required = True


class VisitPart(forms.Form):
    """What everybody can see of a party."""

    party_size = forms.IntegerField(
        label=pgettext_lazy("how many", "People"),
        initial=1,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    kind = forms.ChoiceField(
        label=_("How they came"),
        choices=ShowroomVisit.Kind.choices,
        initial=ShowroomVisit.Kind.WALK_IN,
        widget=forms.RadioSelect,
    )
    model = forms.ChoiceField(label=_("Looks at"), required=False)
    consultant = forms.ChoiceField(label=_("Consultant"), required=False)
    arrived_at = forms.DateTimeField(
        label=_("Came in at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, consultants: Sequence[Consultant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "model", model_choices())
        offer(self, "consultant", consultant_choices(consultants))

    def chosen(self, name: str) -> int | None:
        """The id chosen in ``model`` or ``consultant``."""
        value = self.cleaned_data[name]
        return int(value) if value else None


class VisitForm(VisitPart, ContactPart):
    """The quick entry: one screen for everybody who walks in."""

    is_returning = forms.BooleanField(label=_("Was here before"), required=False)
    lead_ref = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)

    def visit(self, at: datetime) -> VisitInput:
        """The visit for the action; without a time they came in just now."""
        data = self.cleaned_data
        return VisitInput(
            kind=data["kind"],
            party_size=data["party_size"],
            arrived_at=data["arrived_at"] or at,
            is_returning=data["is_returning"],
            customer=self.customer(),
            consent=self.consent(),
            lead_ref=data["lead_ref"],
            car_model_id=self.chosen("model"),
            consultant_id=self.chosen("consultant"),
            note=data["note"],
        )


class VisitEditForm(VisitPart):
    """Corrections of a visit."""

    @classmethod
    def start(cls, visit: ShowroomVisit) -> dict[str, Any]:
        """The form's values for a visit."""
        return {
            "party_size": visit.party_size,
            "kind": visit.kind,
            "model": visit.car_model_id or "",
            "consultant": visit.consultant_id or "",
            "arrived_at": timezone.localtime(visit.arrived_at),
            "note": visit.note,
        }

    def changes(self) -> dict[str, Any]:
        """What to change, by the names of the visit's fields."""
        data = self.cleaned_data
        changes = {"party_size": data["party_size"], "kind": data["kind"], "note": data["note"]}
        if "arrived_at" in self.changed_data and data["arrived_at"]:
            changes["arrived_at"] = data["arrived_at"]  # shown to the minute: unchanged it keeps its seconds
        return changes | {"car_model_id": self.chosen("model"), "consultant_id": self.chosen("consultant")}
