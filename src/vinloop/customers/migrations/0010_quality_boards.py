"""Data quality by day knows when it was counted; work lists of a dealer find its records, by owner or by branch."""

from django.db import migrations, models
from django.utils import timezone

from vinloop.kernel.db.operations import ORGANISATIONS, sees

# A source that headquarters imports names the dealer of each record as its branch: such a record is the dealer's too.
OWN = (
    f"({sees('owner_id')} OR branch = ANY (ARRAY(SELECT o.code FROM kernel_organisation o"
    f" WHERE o.id = ANY {ORGANISATIONS})))"
)


def see(rule: str) -> str:
    return f"ALTER POLICY customers_sourcerecord_scope ON customers_sourcerecord USING ({rule})"


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_tombstones"), ("kernel", "0002_events_and_security")]

    operations = [
        migrations.AddField(
            model_name="qualityday",
            name="counted_at",
            field=models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="sourcerecord",
            index=models.Index(fields=["branch", "id"], name="source_record_branch"),
        ),
        migrations.RunSQL(sql=see(OWN), reverse_sql=see(sees("owner_id"))),
    ]
