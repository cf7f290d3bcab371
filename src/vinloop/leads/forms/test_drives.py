"""What is typed about test drives and demo cars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vinloop.leads.actions.demo_cars import DemoCarInput
from vinloop.leads.actions.test_drives import DriveReport, SlotInput
from vinloop.leads.forms.showroom import Choices, model_choices, offer
from vinloop.leads.models import DemoCar, Lead, TestDrive
from vinloop.leads.queries.consultants import Consultant
from vinloop.leads.rules.slots import DEFAULT_MINUTES, LEAST_MINUTES, MOST_MINUTES

LEVELS = [("H", "H"), ("A", "A"), ("B", "B"), ("C", "C"), ("L", _("Later"))]
SCORES = [(str(score), str(score)) for score in range(1, 6)]


class SlotForm(forms.Form):
    """When, with which car and with whom."""

    starts_at = forms.DateTimeField(
        label=_("Starts at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 300}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), initial=DEFAULT_MINUTES, min_value=LEAST_MINUTES, max_value=MOST_MINUTES
    )
    car = forms.ChoiceField(label=_("Demo car"))
    consultant = forms.ChoiceField(label=_("Consultant"))
    is_closed_fine = forms.BooleanField(label=_("Book it although we are closed then"), required=False)

    def __init__(self, *args: Any, cars: Sequence[DemoCar], consultants: Sequence[Consultant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "car", car_choices(cars))
        offer(self, "consultant", [(str(person.id), person.label) for person in consultants])

    @classmethod
    def start(cls, drive: TestDrive) -> dict[str, Any]:
        """The form's values for a booked test drive."""
        return {
            "starts_at": timezone.localtime(drive.starts_at),
            "minutes": int((drive.ends_at - drive.starts_at) / timedelta(minutes=1)),
            "car": drive.demo_car_id,
            "consultant": drive.consultant_id,
        }

    def slot(self) -> SlotInput:
        """The slot for the action."""
        data = self.cleaned_data
        return SlotInput(
            demo_car_id=int(data["car"]),
            consultant_id=int(data["consultant"]),
            starts_at=data["starts_at"],
            minutes=data["minutes"],
            is_closed_fine=data["is_closed_fine"],
        )

    def hide_closed(self) -> None:
        """Ask about closing time only once it matters."""
        if "is_closed_fine" not in self.errors and not self.data.get("is_closed_fine"):
            self.fields["is_closed_fine"].widget = forms.HiddenInput()


class BookingForm(SlotForm):
    """A test drive for a lead."""

    field_order = ("lead", "starts_at", "minutes", "car", "consultant", "is_closed_fine")
    lead = forms.ChoiceField(label=_("Customer"))

    def __init__(self, *args: Any, leads: Sequence[Lead], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "lead", lead_choices(leads))
        self.order_fields(self.field_order)


class ReportForm(forms.Form):
    """How a test drive went."""

    has_licence = forms.BooleanField(label=_("I have seen the driving licence"), required=False)
    has_consent = forms.BooleanField(label=_("The customer has signed the consent"), required=False)
    score = forms.ChoiceField(
        label=_("How did they like it?"),
        choices=SCORES,
        widget=forms.RadioSelect,
        help_text=_("1: not at all · 5: very much"),
    )
    level = forms.ChoiceField(label=_("Intention level now"), choices=LEVELS, widget=forms.RadioSelect, required=False)
    feedback = forms.CharField(
        label=_("What did they say?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def report(self) -> DriveReport:
        """The report for the action."""
        return DriveReport(**(self.cleaned_data | {"score": int(self.cleaned_data["score"])}))


class DemoCarForm(forms.Form):
    """A demo car."""

    model = forms.ChoiceField(label=_("Model"))
    plate = forms.CharField(label=_("Number plate"), max_length=12)
    vin = forms.CharField(label=_("VIN"), max_length=20, required=False)
    is_active = forms.BooleanField(label=_("Can be booked"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "model", model_choices()[1:])

    @classmethod
    def start(cls, car: DemoCar) -> dict[str, Any]:
        """The form's values for a car."""
        return {"model": car.car_model_id, "plate": car.plate_shown, "vin": car.vin, "is_active": car.is_active}

    def values(self) -> DemoCarInput:
        """The car for the action."""
        data = self.cleaned_data
        return DemoCarInput(
            car_model_id=int(data["model"]), plate=data["plate"], vin=data["vin"], is_active=data["is_active"]
        )


def car_choices(cars: Sequence[DemoCar]) -> Choices:
    """Cars in use as model and plate."""
    return [(str(car.pk), f"{car.car_model.label} · {car.plate_shown}") for car in cars if car.is_active]


def lead_choices(leads: Sequence[Lead]) -> Choices:
    """Leads as customer, model and reference."""
    return [(lead.ref, " · ".join(filter(None, _lead_words(lead)))) for lead in leads]


def _lead_words(lead: Lead) -> tuple[str, str, str]:
    return lead.customer.name, lead.car_model.label if lead.car_model else lead.model_text, lead.ref
