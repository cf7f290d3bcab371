"""Row-level security: a dealer sees a customer through a relation only."""

from django.db import migrations

from vinloop.kernel.db.operations import ORGANISATIONS, SEES_ALL, protect

RELATED = (
    f"({SEES_ALL} OR EXISTS (SELECT FROM customers_customeraccess a WHERE a.customer_id = customers_customer.id"
    f" AND a.organisation_id = ANY {ORGANISATIONS} AND (a.until IS NULL OR a.until > now())))"
)


def with_customer(table: str) -> str:
    return f"({SEES_ALL} OR EXISTS (SELECT FROM customers_customer c WHERE c.id = {table}.customer_id))"


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("kernel", "0002_events_and_security")]

    operations = [
        protect("customers_customeraccess", owner="organisation_id"),
        protect("customers_customer", visible=RELATED),
        protect("customers_contactpoint", visible=with_customer("customers_contactpoint")),
        protect("customers_consent", visible=with_customer("customers_consent")),
        protect("customers_sourcerecord"),
    ]
