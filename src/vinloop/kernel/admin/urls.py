"""Addresses of the administration, below ``desk/admin/``."""

from __future__ import annotations

from django.urls import path

from vinloop.kernel.admin.views import (
    audit,
    calendars,
    documents,
    jobs,
    organisations,
    people,
    roles,
    settings,
    tokens,
)

app_name = "admin"

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("organisations/<int:organisation_id>/", organisations.organisation, name="organisation"),
    path("organisations/<int:organisation_id>/edit/", organisations.organisation_edit, name="organisation_edit"),
    path("organisations/<int:organisation_id>/move/", organisations.organisation_move, name="organisation_move"),
    path("organisations/<int:organisation_id>/close/", organisations.organisation_close, name="organisation_close"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:user_id>/password/", people.person_password, name="person_password"),
    path("people/<int:user_id>/link/", people.person_send_link, name="person_send_link"),
    path("people/<int:user_id>/disable/", people.person_disable, name="person_disable"),
    path("people/<int:user_id>/second-factor/", people.person_factor, name="person_factor"),
    path("people/<int:user_id>/roles/", people.person_role, name="person_role"),
    path(
        "people/<int:user_id>/roles/<int:membership_id>/revoke/",
        people.person_role_revoke,
        name="person_role_revoke",
    ),
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.role_new, name="role_new"),
    path("roles/<slug:code>/", roles.role, name="role"),
    path("roles/<slug:code>/reset/", roles.role_reset, name="role_reset"),
    path("roles/<slug:code>/delete/", roles.role_delete, name="role_delete"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.calendar_new, name="calendar_new"),
    path("calendars/<int:calendar_id>/", calendars.calendar, name="calendar"),
    path("calendars/<int:calendar_id>/exceptions/", calendars.calendar_exception, name="calendar_exception"),
    path(
        "calendars/<int:calendar_id>/exceptions/<int:exception_id>/remove/",
        calendars.calendar_exception_remove,
        name="calendar_exception_remove",
    ),
    path("settings/", settings.settings, name="settings"),
    path("settings/<str:name>/", settings.setting, name="setting"),
    path("settings/<str:name>/reset/", settings.setting_reset, name="setting_reset"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/revoke/", tokens.token_revoke, name="token_revoke"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/replay/", jobs.jobs_replay, name="jobs_replay"),
    path("jobs/drop/", jobs.jobs_drop, name="jobs_drop"),
    path("documents/", documents.documents, name="documents"),
    path("documents/replay/", documents.documents_replay, name="documents_replay"),
    path("documents/dismiss/", documents.documents_dismiss, name="documents_dismiss"),
    path("documents/<str:ref>/", documents.document, name="document"),
    path("documents/<str:ref>/raw/", documents.document_raw, name="document_raw"),
    path("documents/<str:ref>/replay/", documents.document_replay, name="document_replay"),
    path("documents/<str:ref>/dismiss/", documents.document_dismiss, name="document_dismiss"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.audit_export, name="audit_export"),
]
