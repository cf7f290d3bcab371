"""The public site alone, where it stands in the product: at the root."""

from django.urls import include, path

urlpatterns = [path("i18n/", include("django.conf.urls.i18n")), path("", include("vinloop.portal.urls"))]
handler404 = "vinloop.portal.views.pages.not_found"
