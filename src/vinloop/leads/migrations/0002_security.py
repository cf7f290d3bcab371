"""Row-level security of leads, and no double booking of cars and consultants."""

from django.db import migrations

from vinloop.kernel.db.operations import SEES_ALL, protect

WITH_LEAD = f"({SEES_ALL} OR EXISTS (SELECT FROM leads_lead l WHERE l.id = leads_touch.lead_id))"

# A number as a range of itself lets GiST compare it without an extension.
NO_DOUBLE_BOOKING = """
ALTER TABLE leads_testdrive
  ADD CONSTRAINT test_drive_car_free EXCLUDE USING gist
    (int8range(demo_car_id, demo_car_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status = 'booked'),
  ADD CONSTRAINT test_drive_consultant_free EXCLUDE USING gist
    (int8range(consultant_id, consultant_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status = 'booked');
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("kernel", "0002_events_and_security")]

    operations = [
        *(
            protect(f"leads_{name}")
            for name in ("lead", "assignment", "contact", "showroomvisit", "democar", "testdrive", "quote")
        ),
        protect("leads_touch", visible=WITH_LEAD),
        migrations.RunSQL(
            NO_DOUBLE_BOOKING,
            "ALTER TABLE leads_testdrive DROP CONSTRAINT test_drive_car_free,"
            " DROP CONSTRAINT test_drive_consultant_free",
        ),
    ]
