"""Addresses of the network screens, under ``desk/network/``."""

from django.urls import path

from vinloop.network import views

app_name = "network"
urlpatterns = [
    path("", views.dealer_list, name="dealer_list"),
    path("<str:code>/", views.dealer_page, name="dealer_page"),
    path("<str:code>/edit/", views.dealer_edit, name="dealer_edit"),
]
