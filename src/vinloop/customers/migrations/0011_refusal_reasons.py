from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_quality_boards"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="refusals",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
