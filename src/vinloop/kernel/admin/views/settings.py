"""Settings: every declared one by section, with what is in force, why, and who changed it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.admin.actions import change_setting, read_value
from vinloop.kernel.admin.actions.settings import MANAGE
from vinloop.kernel.admin.module_words import module_label
from vinloop.kernel.admin.pages import organisations_in_sight
from vinloop.kernel.admin.setting_forms import form_for
from vinloop.kernel.admin.setting_words import value_words
from vinloop.kernel.events.queries import TimelineEntry, events_of, timeline
from vinloop.kernel.models import Organisation, SettingValue
from vinloop.kernel.settings import Setting, all_settings, get_setting, setting_named
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.record import Crumb

_HISTORY = 20


@dataclass(frozen=True, slots=True)
class _Line:
    """One setting as the list shows it."""

    setting: Setting
    value: str
    is_default: bool
    is_set_here: bool
    url: str


@screen(MANAGE)
def settings(request: ActorRequest) -> HttpResponse:
    """Every setting by module and section."""
    place = _place(request)
    here = set(SettingValue.objects.filter(organisation=place).values_list("name", flat=True))
    is_root = place.parent_id is None
    sections: dict[tuple[str, str], list[_Line]] = {}
    for setting in all_settings():
        if is_root or setting.is_local:
            key = (module_label(setting.name.partition(".")[0]), str(setting.section))
            sections.setdefault(key, []).append(_line(setting, place, here))
    return render(
        request,
        "admin/settings.html",
        {
            "sections": [(module, section, rows) for (module, section), rows in sections.items()],
            "place": place,
            "places": organisations_in_sight(request.actor).exclude(pk=place.pk)[:200],
            "is_root": is_root,
        },
    )


@screen(MANAGE, methods=("GET", "POST"))
def setting(request: ActorRequest, name: str) -> HttpResponse:
    """Change one setting for one organisation."""
    place, shown = _place(request), _named(name)
    form = form_for(shown, get_setting(name, place.pk), request.POST or None)
    if request.method == "POST" and form.is_valid():
        text, now = form.value_text(), timezone.now()
        if carried_out(form, lambda: change_setting(
            actor=request.actor, name=name, organisation=place, value=read_value(shown, text), at=now
        )):  # fmt: skip
            return redirect(_list_url(place))
    stored = SettingValue.objects.filter(name=name, organisation=place).exists()
    context = {
        "setting": shown,
        "place": place,
        "default": value_words(shown, shown.default),
        "is_set_here": stored,
        "history": _history(shown, place),
        "crumbs": [Crumb(_("Settings"), _list_url(place))],
        "cancel_url": _list_url(place),
    }
    return show_form(request, "admin/setting.html", form, title=str(shown.label), form_subtitle=place.label, **context)


@screen(MANAGE, methods=("POST",))
def setting_reset(request: ActorRequest, name: str) -> HttpResponse:
    """Go back to what is inherited, or to the default."""
    place = _place(request)
    _named(name)
    attempt(
        request,
        lambda: change_setting(actor=request.actor, name=name, organisation=place, value=None, at=timezone.now()),
        _("The setting is as inherited again."),
    )
    return redirect(_list_url(place))


def _line(setting: Setting, place: Organisation, here: set[str]) -> _Line:
    value = get_setting(setting.name, place.pk)
    url = f"{reverse('admin:setting', args=[setting.name])}?organisation={place.pk}"
    is_default = json.dumps(value, sort_keys=True) == json.dumps(setting.default, sort_keys=True)
    return _Line(setting, value_words(setting, value), is_default, setting.name in here, url)


def _place(request: ActorRequest) -> Organisation:
    """The organisation the page is about: the one in the address, else where the actor is."""
    chosen = request.GET.get("organisation", "")
    wanted = int(chosen) if chosen.isdigit() else request.actor.organisation_id
    place = get_object_or_404(Organisation, pk=wanted)
    if not request.actor.sees(place.pk):
        raise Http404
    return place


def _named(name: str) -> Setting:
    try:
        return setting_named(name)
    except LookupError as error:
        raise Http404 from error


def _history(setting: Setting, place: Organisation) -> list[TimelineEntry]:
    """Who changed it here, from what to what."""
    rows = events_of("kernel.setting", place.pk).filter(kind="kernel.SettingChanged", payload__name=setting.name)
    return timeline(list(rows[:_HISTORY]))


def _list_url(place: Organisation) -> str:
    return f"{reverse('admin:settings')}?organisation={place.pk}"
