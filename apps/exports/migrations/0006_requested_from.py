"""The page a request came from is named as the request is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exports", "0005_candidates_and_organisation")]

    operations = [migrations.RenameField("exportrequest", "asked_from", "requested_from")]
