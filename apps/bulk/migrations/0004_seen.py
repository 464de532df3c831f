"""A run that has ended is told of until its owner looked at it; nobody is told of those that ended before."""

from django.db import migrations, models
from django.db.models import F


def are_seen(apps, schema_editor):
    apps.get_model("bulk", "BulkRun").objects.exclude(finished_at=None).update(seen_at=F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("bulk", "0003_import_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkrun",
            name="seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(are_seen, migrations.RunPython.noop),
    ]
