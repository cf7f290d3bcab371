"""Addresses of the public site, at the root."""

from __future__ import annotations

from django.urls import path

from vinloop.portal.views import dealers, models, my, pages

app_name = "portal"

urlpatterns = [
    path("", models.home, name="home"),
    path("models/", models.model_list, name="model_list"),
    path("models/<slug:code>/", models.model_page, name="model"),
    path("models/<slug:code>/dealers/", models.dealer_choice, name="dealer_choice"),
    path("dealers/", dealers.dealers, name="dealers"),
    path("dealers/<str:code>/choose/", dealers.choose_dealer, name="choose_dealer"),
    path("thanks/<str:token>/", my.thanks, name="thanks"),
    path("my/<str:token>/", my.my, name="my"),
    path("my/<str:token>/test-drive/", my.test_drive, name="test_drive"),
    path("my/<str:token>/test-drive/cancel/", my.test_drive_cancel, name="test_drive_cancel"),
    path("my/<str:token>/test-drive.ics", my.calendar, name="calendar"),
    path("my/<str:token>/consent/", my.consent, name="consent"),
    path("my/<str:token>/message/", my.comment, name="comment"),
    path("my/<str:token>/not-interested/", my.not_interested, name="not_interested"),
    path("help/", pages.help_page, name="help"),
    path("privacy/", pages.privacy, name="privacy"),
    path("imprint/", pages.imprint, name="imprint"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
]
