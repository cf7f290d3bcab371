"""The public site and the API, where they stand in the product."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("vinloop.site.api_urls")),
    path("", include("vinloop.portal.urls")),
]
handler404 = "vinloop.portal.views.pages.not_found"
