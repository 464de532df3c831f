from django.db import migrations, models
from django.db.models import F


def keys_are_as_old_as_their_rows(apps, schema_editor):
    """When a key was typed was not noted: no later than its row, where it was never replaced."""
    stored = apps.get_model("connections", "Connection").objects.exclude(ring_key_id="")
    stored.update(stored_at=F("created_at"))
    apps.get_model("connections", "SetAsideKey").objects.update(stored_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("connections", "0003_organisation_of_a_key")]

    operations = [
        migrations.AddField("connection", "stored_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "connection", "last_used_at", models.DateTimeField(blank=True, editable=False, null=True)
        ),
        migrations.AddField("setasidekey", "stored_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(keys_are_as_old_as_their_rows, migrations.RunPython.noop),
    ]
