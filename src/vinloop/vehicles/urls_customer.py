"""Addresses of a customer's cars, under ``desk/customers/``."""

from django.urls import path

from vinloop.vehicles import role_views

app_name = "cars"
urlpatterns = [
    path("<str:ref>/cars/add/", role_views.role_add, name="role_add"),
    path("<str:ref>/cars/<int:ownership_id>/end/", role_views.role_end, name="role_end"),
]
