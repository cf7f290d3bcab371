"""The shop window: home, all models, one model with its form."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, public_page
from vinloop.leads.events import SubmissionRefused
from vinloop.portal import guard
from vinloop.portal.actions import capture_enquiry
from vinloop.portal.attribution import origin_of
from vinloop.portal.chrome import public
from vinloop.portal.forms import EnquiryForm, browser_words, dealer_options
from vinloop.portal.links import new_form_key, read_form_key
from vinloop.portal.news import news_of
from vinloop.portal.queries import ShownModel, chosen_dealer, city_names, shown_model, shown_models
from vinloop.portal.silhouettes import PAINTS
from vinloop.vehicles.models import CarModel
from vinloop.vehicles.queries import catalogue

CAPTURE = frozenset({"leads.lead:capture"})
DEALER_COOKIE = "vl_dealer"
_FIELD_OF = {"customer.name": "name", "customer.phones": "phone", "customer.city": "city", "comments": "comments"}


@public_page()
def home(request: ActorRequest) -> HttpResponse:
    """Models, news, dealer finder."""
    models = shown_models()
    context = {"models": models, "hero": models[0] if models else None, "news": news_of(models)}
    return public(request, "portal/home.html", context | finder_context())


@public_page()
def model_list(request: ActorRequest) -> HttpResponse:
    """Every model on sale."""
    return public(request, "portal/model_list.html", {"models": shown_models()})


@public_page(methods=("GET", "POST"), grants=CAPTURE)
def model_page(request: ActorRequest, code: str) -> HttpResponse:
    """One model: what it is, what it costs, and the form "I want to buy"."""
    try:
        shown, others = shown_model(code)
    except CarModel.DoesNotExist as error:
        raise Http404(code) from error
    if request.method == "POST":
        return _receive(request, shown, others)
    form = EnquiryForm(shown, initial=_preset(request, shown), city=request.GET.get("city", ""))
    return _model(request, shown, others, form)


@public_page()
def dealer_choice(request: ActorRequest, code: str) -> HttpResponse:
    """The dealers to choose from for a city, as options of the form's list."""
    try:
        shown, _others = shown_model(code)
    except CarModel.DoesNotExist as error:
        raise Http404(code) from error
    options = dealer_options(shown.model.brand_id, request.GET.get("city", "")[:80], request.GET.get("dealer", ""))
    context = {"options": options, "chosen": request.GET.get("dealer", "")}
    return public(request, "portal/_dealer_options.html", context)


def finder_context() -> dict[str, Any]:
    """What the dealer finder's form offers."""
    brands = catalogue().own_brands
    return {"brands": brands if len(brands) > 1 else [], "cities": city_names()}


def _preset(request: ActorRequest, shown: ShownModel) -> dict[str, Any]:
    said = request.GET
    chosen = chosen_dealer(shown.model.brand_id, said.get("dealer") or request.COOKIES.get(DEALER_COOKIE, ""))
    preset = {
        "interest": "test-drive" if said.get("interest") == "test-drive" else "buy",
        "trim": said.get("trim", ""),
        "city": said.get("city", ""),
        "dealer": chosen.code if chosen else "",
        "colour": shown.paint.code,
        "timeframe": "",
    }
    return preset | {"form_key": new_form_key()}


def _receive(request: ActorRequest, shown: ShownModel, others: list[ShownModel]) -> HttpResponse:
    form = EnquiryForm(shown, request.POST)
    if not form.is_valid():
        return _model(request, shown, others, form, status=422)
    if form.is_from_machine:
        return _once_more(request, shown, others, form)
    if guard.is_too_much(request):
        form.add_error(None, _("Many enquiries came from your connection. Please try again in an hour, or call us."))
        return _model(request, shown, others, form, status=429)
    try:
        received = capture_enquiry(
            actor=request.actor,
            answers=form.answers(request.LANGUAGE_CODE or ""),
            origin=origin_of(request),
            form_key=read_form_key(form.cleaned_data["form_key"]),
            at=timezone.now(),
        )
    except SubmissionRefused as refused:
        _explain(form, refused)
        return _model(request, shown, others, form, status=422)
    response = HttpResponseRedirect(reverse("portal:thanks", args=[received.token]))
    response.delete_cookie(DEALER_COOKIE)
    return response


def _once_more(request: ActorRequest, shown: ShownModel, others: list[ShownModel], form: EnquiryForm) -> HttpResponse:
    """Browsers sometimes fill in what people do not see; a person sends again, and nothing is lost."""
    typed = request.POST.copy()
    typed["website"] = ""
    form.data = typed
    form.add_error(None, _("We could not tell whether a person sent this. Please press the button once more."))
    return _model(request, shown, others, form, status=422)


def _explain(form: EnquiryForm, refused: SubmissionRefused) -> None:
    for path, reason in refused.problems.items():
        words = _("These characters can't be read. Please type them again.")
        if reason == "too_long":
            words = _("This is too long.")
        form.add_error(_FIELD_OF.get(path), words)


def _model(
    request: ActorRequest, shown: ShownModel, others: list[ShownModel], form: EnquiryForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "shown": shown,
        "model": shown.model,
        "others": others[:3],
        "form": form,
        "paints": PAINTS,
        "cities": city_names(),
        "words": browser_words(),
        "colour": form["colour"].value() or shown.paint.code,
    }
    return public(request, "portal/model_page.html", context, status=status)
