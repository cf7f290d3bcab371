"""Row-level security: a car is seen by the dealer that sold it and by those who see its owner."""

from django.db import migrations

from vinloop.kernel.db.operations import SEES_ALL, protect, sees

WITH_CUSTOMER = f"({SEES_ALL} OR EXISTS (SELECT FROM customers_customer c WHERE c.id = vehicles_ownership.customer_id))"
WITH_OWNER = (
    f"({sees('sold_by_id')} OR EXISTS"
    " (SELECT FROM vehicles_ownership o WHERE o.vehicle_id = vehicles_vehicle.id AND o.until IS NULL))"
)


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0001_initial"), ("customers", "0002_security")]

    operations = [
        protect("vehicles_ownership", visible=WITH_CUSTOMER),
        protect("vehicles_vehicle", visible=WITH_OWNER),
    ]
