"""Addresses of the customers room, under ``desk/customers/``."""

from django.urls import path

from vinloop.customers import card_views, unmask_views, views
from vinloop.customers.asking import views as asking_views
from vinloop.customers.privacy.urls import urlpatterns as privacy
from vinloop.customers.quality import list_views as quality_list_views
from vinloop.customers.quality import views as quality_views
from vinloop.customers.steward_urls import urlpatterns as stewardship

app_name = "customers"
urlpatterns = [
    path("quality/", quality_views.quality_board, name="quality_board"),
    path("quality/records/", quality_list_views.quality_records, name="quality_records"),
    *privacy,
    *stewardship,
    path("", views.customer_list, name="customer_list"),
    path("ask/", asking_views.ask, name="ask"),
    path("asked/", asking_views.asked_list, name="asked_list"),
    path("asked/queue/", asking_views.asked_queue, name="asked_queue"),
    path("asked/queue/<str:ref>/", asking_views.asked_decide, name="asked_decide"),
    path("<str:ref>/", views.customer_page, name="customer_page"),
    path("<str:ref>/panels/", views.customer_panels, name="customer_panels"),
    path("<str:ref>/timeline/", views.customer_timeline, name="customer_timeline"),
    path("<str:ref>/consent/", views.customer_consent, name="customer_consent"),
    path("<str:ref>/edit/<str:field>/", views.customer_edit, name="customer_edit"),
    path("<str:ref>/value/<str:field>/", views.customer_value, name="customer_value"),
    path("<str:ref>/privacy/lines/", card_views.privacy_part, name="privacy_lines"),
    path("<str:ref>/release/<str:field>/", card_views.customer_release, name="customer_release"),
    path("<str:ref>/reach/<int:contact_id>/<str:change>/", card_views.contact_change, name="contact_change"),
    path("<str:ref>/addresses/<int:address_id>/end/", card_views.address_end, name="address_end"),
    path("<str:ref>/relations/add/", card_views.relation_add, name="relation_add"),
    path("<str:ref>/relations/<int:relation_id>/remove/", card_views.relation_remove, name="relation_remove"),
    path("<str:ref>/hidden/<str:part>/<int:hidden_id>/", unmask_views.unmask_part, name="unmask"),
]
