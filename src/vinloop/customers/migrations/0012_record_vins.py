"""The VIN a source record names, as a column of its own with an index: the cars of a record are looked for by it.

An index on the expression ``standard->>'vin'`` would not be used: under row-level security PostgreSQL takes a condition
to an index only when it can't tell what it read, and ``->>`` is not known to keep silent. Comparing a column is.
"""

from django.db import migrations

COLUMN = "ALTER TABLE customers_sourcerecord ADD COLUMN vin text GENERATED ALWAYS AS (standard->>'vin') STORED"
INDEX = "CREATE INDEX source_record_vin ON customers_sourcerecord (vin) WHERE vin <> ''"


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_refusal_reasons")]

    operations = [
        migrations.RunSQL(COLUMN, "ALTER TABLE customers_sourcerecord DROP COLUMN vin"),
        migrations.RunSQL(INDEX, "DROP INDEX source_record_vin"),
    ]
