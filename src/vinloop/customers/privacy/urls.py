"""Addresses of data protection; they stand before those of a customer, whose reference could be any word."""

from django.urls import path

from vinloop.customers.privacy import customer_views, views

urlpatterns = [
    path("privacy/", views.privacy_list, name="privacy_list"),
    path("privacy/tonight/", views.privacy_tonight, name="privacy_tonight"),
    path("privacy/<str:ref>/", views.privacy_request, name="privacy_request"),
    path("privacy/<str:ref>/answer/", views.privacy_answer, name="privacy_answer"),
    path("privacy/<str:ref>/correct/", views.privacy_correct, name="privacy_correct"),
    path("privacy/<str:ref>/refuse/", views.privacy_refuse, name="privacy_refuse"),
    path("privacy/<str:ref>/download/", views.privacy_download, name="privacy_download"),
    path("privacy/<str:ref>/print/", views.privacy_print, name="privacy_print"),
    path("export/", customer_views.customer_export, name="customer_export"),
    path("<str:ref>/privacy/", customer_views.customer_privacy, name="customer_privacy"),
    path("<str:ref>/privacy/request/", customer_views.customer_request, name="customer_request"),
    path("<str:ref>/privacy/consent/<str:purpose>/", customer_views.customer_purpose, name="customer_purpose"),
]
