"""The parts of the event table answer nobody who asks them directly.

Row-level security of the whole is not applied to a part that is named itself, nor is its trigger against changes.
A part without a policy of its own shows no rows and takes no changes; through the whole everything is as before.
"""

from django.db import migrations

CLOSED = """
CREATE FUNCTION vinloop_close_event_parts() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = 'kernel_event'::regclass AND NOT (c.relrowsecurity AND c.relforcerowsecurity) LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', part);
  END LOOP;
END $$;
SELECT vinloop_close_event_parts();

CREATE OR REPLACE FUNCTION vinloop_event_partitions(quarters_back integer, quarters_ahead integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  start date;
  part text;
BEGIN
  FOR i IN -quarters_back .. quarters_ahead LOOP
    start := (date_trunc('quarter', now()) + i * interval '3 months')::date;
    part := 'kernel_event_' || to_char(start, 'YYYY"q"Q');
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF kernel_event FOR VALUES FROM (%L) TO (%L)',
                     part, start, (start + interval '3 months')::date);
    END IF;
  END LOOP;
  PERFORM vinloop_close_event_parts();
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_events_and_security")]

    operations = [migrations.RunSQL(CLOSED, migrations.RunSQL.noop)]
