"""Row-level security of webhooks."""

from django.db import migrations

from vinloop.kernel.db.operations import protect


class Migration(migrations.Migration):
    dependencies = [("connectors", "0001_initial"), ("kernel", "0002_events_and_security")]

    operations = [protect("connectors_webhookendpoint"), protect("connectors_webhookdelivery")]
