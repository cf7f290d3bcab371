from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_muted_notices")]

    operations = [
        migrations.AddField(
            model_name="receiveddocument",
            name="remarks",
            field=models.JSONField(default=list),
        ),
    ]
