"""Digests of what was erased, so that no import brings it back; only who sees everything reads them."""

from django.db import migrations, models

from vinloop.kernel.db.operations import SEES_ALL, protect


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_import_plans")]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=32)),
                ("content", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["digest"], name="tombstone_once")]},
        ),
        protect("customers_tombstone", visible=SEES_ALL),
    ]
