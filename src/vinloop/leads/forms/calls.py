"""What a verification call brought, on one screen: nothing has to be typed that can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vinloop.customers.models import Consent
from vinloop.kernel.identifiers import Money, parse_money
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions import Verification
from vinloop.leads.forms.leads import offer, reasons
from vinloop.leads.models import Lead
from vinloop.network.queries import dealer_id_by_code
from vinloop.vehicles.queries import catalogue

WRONG_NUMBER, UNREACHABLE = "wrong_number", "unreachable"
LATER = 365
CHANNELS = [value for value, _label in Consent.Channel.choices]
_OUTCOMES: Mapping[str, Literal["valid", "no_answer", "invalid"]] = {
    "valid": "valid",
    "no_answer": "no_answer",
    "wrong": "invalid",
    "invalid": "invalid",
}


class CallForm(forms.Form):
    """The outcome decides which of the other fields count; the page shows only those."""

    outcome = forms.ChoiceField(
        choices=[(name, name) for name in _OUTCOMES], error_messages={"required": _("Choose an outcome: keys 1 to 4.")}
    )
    days = forms.ChoiceField(label=_("When do they plan to buy?"), widget=forms.RadioSelect, required=False)
    model = forms.ChoiceField(label=_("Model"), required=False)
    budget_low = forms.CharField(label=_("Budget from"), max_length=20, required=False)
    budget_high = forms.CharField(label=_("Budget to"), max_length=20, required=False)
    trade_in_car = forms.CharField(label=_("Trade-in: which car"), max_length=80, required=False)
    trade_in_year = forms.IntegerField(label=_("Trade-in: year"), min_value=1980, max_value=2100, required=False)
    wished_dealer = forms.CharField(
        label=_("Preferred dealer"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "dealers", "autocomplete": "off"}),
    )
    upsell = forms.BooleanField(label=_("Interested"), required=False)
    note = forms.CharField(
        label=_("Note for the dealer"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.ChoiceField(label=_("Why not"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead = lead
        self.reasons = {each.code: each.label for each in reasons("invalid")}
        shown = [pair for pair in self.reasons.items() if pair[0] not in (WRONG_NUMBER, UNREACHABLE)]
        models = catalogue().active_models(lead.brand_id)
        offer(self, "days", _timeframes())
        offer(self, "model", [("", _now("Not decided")), *((each.code, each.label) for each in models)])
        offer(self, "reason", shown)
        for name in ("budget_low", "budget_high", "trade_in_year"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        for channel, label in Consent.Channel.choices:
            yes_no = [("yes", _now("Yes")), ("no", _now("No"))]
            self.fields[f"consent_{channel}"] = forms.ChoiceField(
                label=label, choices=yes_no, widget=forms.RadioSelect, required=False
            )

    @classmethod
    def start(cls, lead: Lead) -> dict[str, Any]:
        """What is known of the lead beforehand."""
        wished = lead.wished_dealer
        return {
            "model": lead.car_model.code if lead.car_model else "",
            "budget_low": _amount(lead.budget_low, lead.currency),
            "budget_high": _amount(lead.budget_high, lead.currency),
            "trade_in_car": " ".join(str(lead.trade_in.get(key) or "") for key in ("make", "model")).strip(),
            "trade_in_year": lead.trade_in.get("year"),
            "wished_dealer": wished.code if wished else "",
            "note": lead.handover_note,
        }

    def clean_budget_low(self) -> int | None:
        """Read the amount."""
        return self._money("budget_low")

    def clean_budget_high(self) -> int | None:
        """Read the amount."""
        return self._money("budget_high")

    def clean_wished_dealer(self) -> str:
        """A dealer must exist to be wished for."""
        text: str = self.cleaned_data["wished_dealer"].strip()
        if text and dealer_id_by_code(text) is None:
            raise forms.ValidationError(_("There is no dealer of this name or code."))
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for what the outcome needs."""
        cleaned = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome")
        if outcome == "valid" and not cleaned.get("days"):
            self.add_error("days", _("Choose when they plan to buy."))
        if outcome == "invalid" and not cleaned.get("reason"):
            self.add_error("reason", _("Choose a reason."))
        low, high = cleaned.get("budget_low"), cleaned.get("budget_high")
        if low and high and low > high:
            self.add_error("budget_high", _("This is less than the lower end."))
        return cleaned

    def verification(self) -> Verification:
        """What the action is told."""
        said = self.cleaned_data
        upsell_id = self.upsell_id()
        upsell = catalogue().models[upsell_id].code if said["upsell"] and upsell_id else ""
        return Verification(
            outcome=_OUTCOMES[said["outcome"]],
            reason=WRONG_NUMBER if said["outcome"] == "wrong" else said["reason"],
            days=int(said["days"]) if said["days"] else None,
            model_code=said["model"],
            budget_low=said["budget_low"],
            budget_high=said["budget_high"],
            trade_in=self._trade_in(),
            consent={each: said[f"consent_{each}"] == "yes" for each in CHANNELS if said[f"consent_{each}"]},
            wished_dealer=said["wished_dealer"],
            upsell_code=upsell,
            note=said["note"],
        )

    def upsell_id(self) -> int | None:
        """The model worth a mention, when the wanted one has such a neighbour on sale."""
        models = catalogue().models
        wanted = models.get(self.lead.car_model_id or 0)
        better = models.get(wanted.upsell_to_id or 0) if wanted else None
        return better.id if better and better.is_active else None

    def _money(self, name: str) -> int | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        money = parse_money(text, self.lead.currency)
        if money is None or money.minor < 0:
            raise forms.ValidationError(_("Write an amount, like 150000 or 15万."))
        return money.minor

    def _trade_in(self) -> dict[str, Any] | None:
        car, year = self.cleaned_data["trade_in_car"].strip(), self.cleaned_data["trade_in_year"]
        known = self.start(self.lead)
        if not car or (car, year) == (known["trade_in_car"], known["trade_in_year"]):
            return None
        return {"model": car, **({"year": year} if year else {})}


def _timeframes() -> list[tuple[str, str]]:
    limits = sorted(int(days) for days in get_setting("leads.level_days").values())
    words = [(str(days), ngettext("%(n)s day", "%(n)s days", days) % {"n": f"≤ {days}"}) for days in limits]
    return [*words, (str(max(LATER, (limits or [0])[-1] + 1)), _now("Later"))]


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else f"{Money(minor, currency).amount.normalize():f}"
