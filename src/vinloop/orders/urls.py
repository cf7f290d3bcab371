"""Addresses of the orders room, under ``desk/orders/``."""

from django.urls import path

from vinloop.orders import views

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="order_list"),
    path("new/", views.order_new, name="order_new"),
    path("of-lead/<str:lead_ref>/delivery/", views.delivery_of_lead, name="delivery_of_lead"),
    path("<str:ref>/", views.order_page, name="order_page"),
    path("<str:ref>/timeline/", views.order_timeline, name="order_timeline"),
    path("<str:ref>/delivery/", views.order_delivery, name="order_delivery"),
    path("<str:ref>/cancel/", views.order_cancel, name="order_cancel"),
]
