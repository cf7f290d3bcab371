"""A customer's part in a car knows who says so: the handover, a person, or the records of a source."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0003_brand_colours"), ("customers", "0012_record_vins")]

    operations = [
        migrations.AddField(
            model_name="ownership",
            name="origin",
            field=models.CharField(
                choices=[
                    ("delivery", "From the handover"),
                    ("person", "Said by a colleague"),
                    ("records", "From records"),
                ],
                db_default="delivery",
                default="delivery",
                max_length=8,
            ),
        ),
    ]
