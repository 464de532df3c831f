"""`python -m apps.look_inside.prepare.process ID FENCE`: prepares one table, in a process of its own."""

import logging
import sys

import django

logger = logging.getLogger(__name__)


def main(table_id: str, fence: str) -> int:
    """Prepare the table if its lease is still the one this process was started for."""
    django.setup()
    from apps.jobs.models import LeaseLost
    from apps.look_inside.models import PreparedTable
    from apps.look_inside.prepare.pipeline import prepare

    table = (
        PreparedTable.objects.select_related("service", "asked_by").filter(pk=table_id, fence=fence).first()
    )
    if table is None:
        return 0
    try:
        prepare(table)
    except LeaseLost:
        logger.warning("Table %s was taken over by another process", table_id)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
