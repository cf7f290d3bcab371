"""Row-level security of orders."""

from django.db import migrations

from vinloop.kernel.db.operations import protect


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("kernel", "0002_events_and_security")]

    operations = [protect("orders_order")]
