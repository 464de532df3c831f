"""Two runs never change the same record at once: the second waits."""

from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.states import HOLDS_RECORDS, OPEN_ROWS


def blocking_run(run: BulkRun) -> BulkRun | None:
    """A run of anybody that is under way and has a record that this one is to change; None for none."""
    others = BulkRun.objects.filter(
        service=run.service_id, resource=run.resource, path=run.path, state__in=HOLDS_RECORDS
    ).exclude(pk=run.pk)
    if not others.exists():
        # As nearly always, and far quicker to ask.
        return None
    mine = run.rows.filter(state__in=OPEN_ROWS).exclude(record_id="").values("record_id")
    theirs = BulkRow.objects.filter(run__in=others, state__in=OPEN_ROWS, record_id__in=mine)
    row = theirs.select_related("run").first()
    return row.run if row else None
