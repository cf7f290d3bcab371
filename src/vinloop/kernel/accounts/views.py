"""The person's own pages: profile, security, keys, language, and the organisation they act for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vinloop.kernel.access.actor import Actor, NotAllowed
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.access.gate import (
    ORGANISATION_KEY,
    Access,
    ActorRequest,
    access_of,
    actor_of_session,
    declare_access,
    screen,
)
from vinloop.kernel.access.scope import acting
from vinloop.kernel.accounts.actions import PersonDetails, TokenTerms, change_user, create_token, revoke_token
from vinloop.kernel.accounts.actions.sessions import end_sessions, own_sessions
from vinloop.kernel.accounts.adapter import remember_language
from vinloop.kernel.accounts.agents import browser_words
from vinloop.kernel.accounts.forms import ProfileForm, TokenForm
from vinloop.kernel.accounts.notices import choose_notices, notices_for
from vinloop.kernel.accounts.queries import organisations_in_reach
from vinloop.kernel.models import ApiToken, Organisation, User
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.answers import carried_out, refuse, show_form

_FOUND = 50


@screen(None, methods=("GET", "POST"))
def profile(request: ActorRequest) -> HttpResponse:
    """Name, address and language."""
    user = request.user
    initial = {field: getattr(user, field) for field in ("name", "name_en", "email", "phone", "language")}
    offered = notices_for(request.actor)
    form = ProfileForm(request.POST or None, initial=initial, offered=offered, muted=user.muted_notices)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _save_profile(request, form)):
        return _profile_saved(request, form.cleaned_data["language"])
    return show_form(request, "account/profile.html", form, title=_("My profile"), cancel_url="")


def _save_profile(request: ActorRequest, form: ProfileForm) -> None:
    now, person = timezone.now(), PersonDetails(username=request.user.username, **form.person())
    change_user(actor=request.actor, user=request.user, person=person, at=now)
    choose_notices(actor=request.actor, user=request.user, wanted=form.wanted(), at=now)


def _profile_saved(request: ActorRequest, language: str) -> HttpResponse:
    with translation.override(language):
        messages.success(request, _("Your profile was saved."))
    response = redirect("profile")
    remember_language(response, language)
    return response


@screen(None)
def security(request: ActorRequest) -> HttpResponse:
    """Password, second factor, sessions and API tokens."""
    now = timezone.now()
    tokens = ApiToken.objects.filter(user=request.user, revoked_at__isnull=True).select_related("organisation")
    return render(
        request,
        "account/security.html",
        {
            "has_second_factor": is_mfa_enabled(request.user),
            "sessions": [
                {"row": each, "browser": browser_words(each.user_agent), "is_current": _is_current(request, each)}
                for each in own_sessions(request.user)
            ],
            "tokens": tokens.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now)).order_by("-created_at"),
        },
    )


@screen(None, methods=("POST",))
def end_session(request: ActorRequest) -> HttpResponse:
    """End one other session of the person's, or all others when none is named."""
    chosen, here = request.POST.get("session", ""), request.session.session_key or ""
    count = end_sessions(user=request.user, keep=here, only=int(chosen) if chosen.isdecimal() else None)
    messages.success(request, _("Ended %(count)s sessions.") % {"count": count})
    return redirect("security")


@screen(None, methods=("GET", "POST"))
def token_new(request: ActorRequest) -> HttpResponse:
    """Make a key for one of the person's own programs; shown this once."""
    form = TokenForm(request.POST or None, user=request.user, initial={"organisation": request.actor.organisation_id})
    if request.method == "POST" and form.is_valid():
        try:
            plain = _make_own_token(request, form)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return render(request, "account/token_made.html", {"token": plain, "back_url": reverse("security")})
    context = {"form_subtitle": _("A program with this token may do what you may do."), "submit_label": _("Create")}
    title = _("New API token")
    return show_form(request, "account/token_form.html", form, title=title, cancel_url=reverse("security"), **context)


@screen(None, methods=("POST",))
def token_revoke(request: ActorRequest, token_id: int) -> HttpResponse:
    """Stop one of the person's own tokens."""
    token = get_object_or_404(ApiToken, pk=token_id, user=request.user)
    revoke_token(actor=request.actor, token=token, at=timezone.now())
    messages.success(request, _("The token no longer works."))
    return redirect("security")


@screen(None, methods=("GET", "POST"))
def switch_organisation(request: ActorRequest) -> HttpResponse:
    """Act for another organisation in reach; the list finds those the menu has no room for."""
    if request.method == "POST":
        return _switch(request, request.POST.get("organisation", ""))
    text = request.GET.get("q", "").strip()
    rows = list(organisations_in_reach(request.user, text)[: _FOUND + 1])
    context = {"organisations": rows[:_FOUND], "is_cut": len(rows) > _FOUND, "text": text}
    return render(request, "account/switch_organisation.html", context)


def set_language(request: HttpRequest) -> HttpResponse:
    """Show everything in another language from now on; anybody may."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    language = request.POST.get("language", "")
    response = redirect(_own_page(request.POST.get("next", "")) or "/")
    if language in User.Language.values:
        remember_language(response, language)
        if request.user.is_authenticated:
            _keep_language(request, language)
    return response


declare_access(set_language, Access(None, is_public=True))


def _keep_language(request: HttpRequest, language: str) -> None:
    try:
        actor = actor_of_session(request)
    except NotAllowed:
        return
    user = User.objects.get(pk=actor.user_id or 0)
    person = PersonDetails(**{name: getattr(user, name) for name in PersonDetails.__dataclass_fields__})
    with acting(actor):
        change_user(actor=actor, user=user, person=replace(person, language=language), at=timezone.now())


def _switch(request: ActorRequest, chosen: str) -> HttpResponse:
    actor = load_actor(request.user, organisation_id=int(chosen), door="screen") if chosen.isdigit() else None
    if actor is None:
        raise Http404
    request.session[ORGANISATION_KEY] = actor.organisation_id
    organisation = Organisation.objects.get(pk=actor.organisation_id)
    messages.info(request, _("You now act for %(organisation)s.") % {"organisation": organisation.label})
    return redirect(_page_both_may_see(request.POST.get("next", ""), actor) or str(settings.LOGIN_REDIRECT_URL))


def _page_both_may_see(url: str, actor: Actor) -> str:
    """The page the person came from, if it is about no single thing and open to them in the new place."""
    url = _own_page(url)
    try:
        match = resolve(url.partition("?")[0]) if url else None
    except Resolver404:
        return ""
    access = access_of(match.func) if match and not match.kwargs else None
    if access is None or match is None or match.view_name == "switch_organisation":
        return ""
    return url.partition("?")[0] if access.permission is None or actor.may(access.permission) else ""


def _own_page(url: str) -> str:
    """The address if it is a path on this site, else nothing: nobody is sent elsewhere by us."""
    is_path = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_path else ""


def _is_current(request: HttpRequest, session: UserSession) -> bool:
    return bool(session.session_key == request.session.session_key)


def _make_own_token(request: ActorRequest, form: TokenForm) -> str:
    data = form.cleaned_data
    terms = TokenTerms(label=data["label"], expires_at=end_of_day(data["expires_on"]))
    return create_token(
        actor=request.actor, user=request.user, organisation=data["organisation"], terms=terms, at=timezone.now()
    )


def end_of_day(day: date | None) -> datetime | None:
    """The last moment of a date, in UTC; ``None`` for none."""
    return None if day is None else datetime.combine(day, time.max, tzinfo=UTC)
