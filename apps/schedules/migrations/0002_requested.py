"""A run's state and time of its request are named as the request is."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def respell(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write `requested` where `asked` stands."""
    apps.get_model("schedules", "Run").objects.filter(state="asked").update(state="requested")


def spell_as_before(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write `asked` where `requested` stands."""
    apps.get_model("schedules", "Run").objects.filter(state="requested").update(state="asked")


class Migration(migrations.Migration):
    dependencies = [("schedules", "0001_schedules")]

    operations = [
        migrations.RenameField("run", "asked_at", "requested_at"),
        migrations.AlterField(
            "run",
            "state",
            models.CharField(
                choices=[
                    ("planned", "Starting"),
                    ("requested", "Asked for"),
                    ("done", "Ready"),
                    ("failed", "Failed"),
                    ("canceled", "Canceled"),
                    ("empty", "Skipped: no rows"),
                    ("missed", "Missed"),
                ],
                default="planned",
                max_length=20,
            ),
        ),
        migrations.RunPython(respell, spell_as_before),
    ]
