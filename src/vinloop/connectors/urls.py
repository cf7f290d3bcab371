"""Addresses of the connectors: the doors for programs, and their screens."""

from django.urls import path

from vinloop.connectors.adf import views as adf
from vinloop.connectors.tabular import views as tabular
from vinloop.connectors.tabular.records import views as records
from vinloop.connectors.webhooks import views as webhooks

app_name = "connectors"
_SOURCES = "desk/data/sources/"
_WEBHOOK = "desk/admin/webhooks/<int:endpoint_id>/"
urlpatterns = [
    path("in/adf", adf.receive_adf, name="adf"),
    path("desk/leads/import/", tabular.import_list, name="imports"),
    path("desk/leads/import/new/", tabular.import_new, name="import_new"),
    path("desk/leads/import/<str:ref>/", tabular.import_page, name="import"),
    path("desk/leads/import/<str:ref>/stop/", tabular.import_cancel, name="import_cancel"),
    path("desk/leads/import/<str:ref>/refused.<str:file_format>", tabular.import_errors, name="import_errors"),
    path(_SOURCES, records.source_list, name="sources"),
    path(_SOURCES + "new/", records.source_new, name="source_new"),
    path(_SOURCES + "files/<str:ref>/", records.source_file, name="source_file"),
    path(_SOURCES + "runs/<str:ref>/", records.source_run, name="source_run"),
    path(_SOURCES + "runs/<str:ref>/stop/", records.source_run_stop, name="source_run_stop"),
    path(_SOURCES + "runs/<str:ref>/on/", records.source_run_on, name="source_run_on"),
    path(_SOURCES + "runs/<str:ref>/<str:which>.csv", records.source_run_file, name="source_run_file"),
    path(_SOURCES + "of/<str:code>/", records.source_page, name="source"),
    path(_SOURCES + "of/<str:code>/edit/", records.source_edit, name="source_edit"),
    path(_SOURCES + "of/<str:code>/import/", records.source_upload, name="source_upload"),
    path("desk/admin/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("desk/admin/webhooks/new/", webhooks.webhook_new, name="webhook_new"),
    path(_WEBHOOK, webhooks.webhook, name="webhook"),
    path(_WEBHOOK + "edit/", webhooks.webhook_edit, name="webhook_edit"),
    path(_WEBHOOK + "ping/", webhooks.webhook_ping, name="webhook_ping"),
    path(_WEBHOOK + "rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
    path(_WEBHOOK + "retire/", webhooks.webhook_retire, name="webhook_retire"),
    path(_WEBHOOK + "replay/", webhooks.webhook_replay, name="webhook_replay"),
    path(_WEBHOOK + "remove/", webhooks.webhook_remove, name="webhook_remove"),
]
