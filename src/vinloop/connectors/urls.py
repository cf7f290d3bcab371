"""Addresses of the connectors: the doors for programs, and their screens."""

from django.urls import path

from vinloop.connectors.adf import views as adf

app_name = "connectors"
urlpatterns = [
    path("in/adf", adf.receive_adf, name="adf"),
]
