"""Addresses of the customers room, under ``desk/customers/``."""

from django.urls import path

from vinloop.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="customer_list"),
    path("<str:ref>/", views.customer_page, name="customer_page"),
    path("<str:ref>/panels/", views.customer_panels, name="customer_panels"),
    path("<str:ref>/timeline/", views.customer_timeline, name="customer_timeline"),
    path("<str:ref>/consent/", views.customer_consent, name="customer_consent"),
    path("<str:ref>/edit/<str:field>/", views.customer_edit, name="customer_edit"),
    path("<str:ref>/value/<str:field>/", views.customer_value, name="customer_value"),
    path("<str:ref>/numbers/<int:contact_id>/", views.customer_number, name="customer_number"),
]
