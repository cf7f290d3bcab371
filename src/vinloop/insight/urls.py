"""Addresses of the figures, under ``desk/insight/``."""

from django.urls import path

from vinloop.insight.views import board, campaigns, funnel, hand_overs, loop, response, showroom

app_name = "insight"
urlpatterns = [
    path("", board.board, name="board"),
    path("funnel/", funnel.by_dimension, name="funnel"),
    path("response/", response.response, name="response"),
    path("loop/", loop.loop, name="loop"),
    path("showroom/", showroom.showroom, name="showroom"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("hand-overs/", hand_overs.hand_overs, name="hand_overs"),
]
