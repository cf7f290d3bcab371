"""Addresses of the stewards' pages, beside those of customers."""

from django.urls import path

from vinloop.customers import identity_views, resolution_views, review_views

urlpatterns = [
    path("reviews/", review_views.reviews, name="reviews"),
    path("reviews/count/", review_views.review_count, name="review_count"),
    path("reviews/<int:pair_id>/", review_views.reviews, name="review"),
    path("reviews/<int:pair_id>/decision/", review_views.review_decide, name="review_decide"),
    path("resolution/", resolution_views.resolution, name="resolution"),
    path("resolution/run/", resolution_views.resolution_run, name="resolution_run"),
    path("steps/<int:step_id>/undo/", identity_views.step_undo, name="step_undo"),
    path("<str:ref>/merge/", identity_views.customer_merge, name="customer_merge"),
    path("<str:ref>/split/", identity_views.customer_split, name="customer_split"),
    path("<str:ref>/steps/", identity_views.customer_steps, name="customer_steps"),
    path("<str:ref>/records/", identity_views.customer_records, name="customer_records"),
]
