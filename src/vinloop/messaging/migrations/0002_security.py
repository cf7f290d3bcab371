"""Row-level security of outgoing messages."""

from django.db import migrations

from vinloop.kernel.db.operations import protect


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial"), ("kernel", "0002_events_and_security")]

    operations = [protect("messaging_message")]
