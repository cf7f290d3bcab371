"""Row-level security of the tables of identity: what people decide and how records compare is headquarters' alone."""

from django.db import migrations

from vinloop.kernel.db.operations import SEES_ALL, protect


def with_customer(table: str) -> str:
    return f"({SEES_ALL} OR EXISTS (SELECT FROM customers_customer c WHERE c.id = {table}.customer_id))"


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_one_customer")]

    operations = [
        protect("customers_source"),
        protect("customers_importrun"),
        protect("customers_qualityday"),
        protect("customers_accessrequest", owner="organisation_id"),
        protect("customers_address", visible=with_customer("customers_address")),
        protect("customers_relation", visible=with_customer("customers_relation")),
        *(
            protect(f"customers_{table}", visible=SEES_ALL)
            for table in (
                "sourceversion",
                "sealednumber",
                "matchrow",
                "matchmodel",
                "resolverun",
                "reviewpair",
                "verdict",
                "identitystep",
                "privacyrequest",
            )
        ),
    ]
