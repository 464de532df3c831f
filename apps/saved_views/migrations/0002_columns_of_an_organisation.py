"""Columns for all become those of one organisation."""

from typing import Any

from django.db import migrations, models


def give_to_the_organisation(apps: Any, schema_editor: Any) -> None:
    """Give the columns set for all to the one organisation of the service; of several nobody knows whose they are."""
    choices = apps.get_model("saved_views", "ListChoice").objects.filter(owner=None)
    connections = apps.get_model("connections", "Connection").objects.exclude(organisation="")
    for choice in choices:
        known = set(
            connections.filter(service_id=choice.service_id).values_list("organisation", flat=True)
        )
        if len(known) == 1:
            choice.organisation = known.pop()
            choice.save(update_fields=["organisation"])
        else:
            choice.delete()


class Migration(migrations.Migration):

    dependencies = [
        ("connections", "0003_organisation_of_a_key"),
        ("saved_views", "0001_saved_views"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="listchoice", name="one_default_a_list"),
        migrations.AddField(
            model_name="listchoice",
            name="organisation",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunPython(give_to_the_organisation, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="listchoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(owner=None),
                fields=("service", "organisation", "list_name"),
                name="one_default_a_list",
            ),
        ),
    ]
