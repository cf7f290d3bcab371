"""Every table that could hold something about a person belongs to a handler, or it is said here why it need not."""

from __future__ import annotations

from django.apps import apps
from django.db.models import BinaryField, CharField, Field, JSONField, Model, TextField

from vinloop.customers.models import Customer
from vinloop.customers.personal_data import personal_data
from vinloop.leads.models import Lead

LONG = 200
# Tables with free text or documents that say nothing about customers, and why.
NOT_ABOUT_CUSTOMERS = {
    "customers_importrun": "the file's name and counts; the file itself is a received document",
    "customers_matchmodel": "weights, and values so many records share that they tell nobody apart",
    "customers_qualityday": "counts",
    "customers_resolverun": "counts",
    "customers_source": "a system, not a person",
    "connectors_webhookendpoint": "an address of another system",
    "kernel_calendar": "opening hours",
    "kernel_calendarexception": "opening hours",
    "kernel_event": "by rule nothing personal is in a fact; the erasure test looks",
    "kernel_installation": "a key",
    "kernel_organisation": "the network",
    "kernel_settingvalue": "settings",
    "kernel_user": "a colleague",
    "network_dealerprofile": "a dealer",
    "vehicles_brand": "the catalogue",
    "vehicles_carmodel": "the catalogue",
}
# Models of colleagues, log-ins and the job queue: no customer is in them.
OTHER_APPS = {
    "account", "admin", "auth", "contenttypes", "mfa", "procrastinate", "sessions", "socialaccount", "usersessions",
}  # fmt: skip


def _points_at_people(model: type[Model]) -> bool:
    return any(field.related_model in (Customer, Lead) for field in model._meta.concrete_fields if field.is_relation)


def _holds_free_text(field: Field[object, object]) -> bool:
    if isinstance(field, CharField) and not field.choices:
        return (field.max_length or 0) >= LONG
    return isinstance(field, JSONField | TextField | BinaryField)


def _suspects() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label not in OTHER_APPS
        if _points_at_people(model) or any(_holds_free_text(field) for field in model._meta.concrete_fields)
    }


def test_every_table_about_people_has_a_handler() -> None:
    covered = {table for handler in personal_data() for table in handler.tables}
    assert sorted(_suspects() - covered - NOT_ABOUT_CUSTOMERS.keys()) == []


def test_a_table_that_points_at_people_is_never_excused() -> None:
    tables = {model._meta.db_table for model in apps.get_models() if _points_at_people(model)}
    covered = {table for handler in personal_data() for table in handler.tables}
    assert sorted(tables - covered) == []


def test_handlers_name_tables_that_exist() -> None:
    known = {model._meta.db_table for model in apps.get_models()}
    assert {table for handler in personal_data() for table in handler.tables} <= known
    rooms = {"customers", "kernel", "vehicles", "leads", "orders", "messaging", "portal", "connectors"}
    assert rooms <= {handler.code for handler in personal_data()}
