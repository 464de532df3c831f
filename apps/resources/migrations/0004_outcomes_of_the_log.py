"""Outcomes of bulk results are spelled as in the change log."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def respell(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write `not_sent` where "not sent" stands."""
    for result in apps.get_model("resources", "BulkResult").objects.all():
        if any(row["outcome"] == "not sent" for row in result.rows):
            result.rows = [
                {**row, "outcome": "not_sent"} if row["outcome"] == "not sent" else row for row in result.rows
            ]
            result.save(update_fields=["rows"])


class Migration(migrations.Migration):
    dependencies = [("resources", "0003_bulk_results")]

    operations = [migrations.RunPython(respell, migrations.RunPython.noop)]
