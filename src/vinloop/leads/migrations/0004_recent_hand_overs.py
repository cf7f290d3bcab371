from django.db import migrations, models


class Migration(migrations.Migration):
    """Headquarters lists and counts hand-overs of all dealers by their moment."""

    dependencies = [("leads", "0003_lean_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["-dispatched_at", "-id"], name="assignment_recent"),
        ),
    ]
