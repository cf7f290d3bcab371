"""Addresses of the catalogue screens, under ``desk/catalogue/``."""

from django.urls import path

from vinloop.vehicles import views

app_name = "vehicles"
urlpatterns = [
    path("", views.model_list, name="model_list"),
    path("models/new/", views.model_form, name="model_new"),
    path("models/<str:code>/", views.model_form, name="model_edit"),
    path("brands/", views.brand_list, name="brand_list"),
    path("brands/new/", views.brand_form, name="brand_new"),
    path("brands/<str:code>/", views.brand_form, name="brand_edit"),
]
