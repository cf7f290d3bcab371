"""A customer as one page: what became part of it, whom it belongs to, and who asked to see it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from vinloop.kernel.db.operations import ORGANISATIONS, SEES_ALL


# What became part of another record is seen by whoever sees what it became: old references go on answering, and the
# timeline finds what happened under them.
def by_access(customer):
    return (
        f"({SEES_ALL} OR EXISTS (SELECT FROM customers_customeraccess a WHERE a.customer_id = {customer}"
        f" AND a.organisation_id = ANY {ORGANISATIONS} AND (a.until IS NULL OR a.until > now())))"
    )


THEN = by_access("coalesce(customers_customer.merged_into_id, customers_customer.id)")
BEFORE = by_access("customers_customer.id")
# A relation tells of two customers: whoever may not see both sees none of it.
ONE = f"({SEES_ALL} OR EXISTS (SELECT FROM customers_customer c WHERE c.id = customers_relation.customer_id))"
BOTH = (
    f"({SEES_ALL} OR (EXISTS (SELECT FROM customers_customer c WHERE c.id = customers_relation.customer_id)"
    " AND EXISTS (SELECT FROM customers_customer c WHERE c.id = customers_relation.other_id)))"
)
# The people whose records name a firm are looked for when the firm becomes known.
COMPANIES = (
    "CREATE INDEX source_record_company ON customers_sourcerecord (lower(standard->>'company'))"
    " WHERE standard->>'company' <> ''"
)
FIRMS = (
    "CREATE INDEX customer_firm ON customers_customer (lower(name)) WHERE kind <> 'person' AND merged_into_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_compared_records"),
        ("kernel", "0005_document_remarks"),
    ]

    operations = [
        migrations.AddField(
            model_name="accessrequest",
            name="answer",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="asked_for",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="candidates",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="ref",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="relation",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="accessrequest",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="access_requests",
                to="customers.customer",
            ),
        ),
        migrations.AlterField(
            model_name="accessrequest",
            name="organisation",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="kernel.organisation"
            ),
        ),
        migrations.AddIndex(
            model_name="accessrequest",
            index=models.Index(fields=["organisation", "-asked_at", "-id"], name="access_request_asked"),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["door"], name="address_door"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="customer_merged"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ref", ""), _negated=True), fields=("ref",), name="access_request_ref_once"
            ),
        ),
        migrations.RunSQL(
            f"ALTER POLICY customers_customer_scope ON customers_customer USING ({THEN})",
            f"ALTER POLICY customers_customer_scope ON customers_customer USING ({BEFORE})",
        ),
        migrations.RunSQL(
            f"ALTER POLICY customers_relation_scope ON customers_relation USING ({BOTH})",
            f"ALTER POLICY customers_relation_scope ON customers_relation USING ({ONE})",
        ),
        migrations.RunSQL(COMPANIES, "DROP INDEX source_record_company"),
        migrations.RunSQL(FIRMS, "DROP INDEX customer_firm"),
    ]
