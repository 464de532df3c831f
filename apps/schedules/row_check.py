"""Whether there is anything to export: one row of the report table, which costs nothing of the day's exports."""

from datetime import datetime, timedelta
from enum import Enum, auto

from apps.api.client import JOB
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RateLimited, ServiceFailed, Unreachable, UnreadableAnswer
from apps.connections.clients import KeyUnreadable, client_for
from apps.connections.models import Connection
from apps.exports.request.newest_rows import newest_rows
from apps.schedules.models import Schedule

#: Shorter than the lease of a step.
LOOK_SECONDS = 20
LONGEST_WAIT = timedelta(minutes=15)


class RowCheck(Enum):
    """What the report's table says."""

    ROWS = auto()
    NO_ROWS = auto()
    #: The API did not answer now; it may later.
    NOT_NOW = auto()
    #: The API refuses to show its table: what is wrong is the export's to tell.
    REFUSED = auto()


def check_rows(
    schedule: Schedule, connection: Connection, planned_at: datetime
) -> tuple[RowCheck, timedelta]:
    """What is there for this run, and how long the API asks us to wait before the next check."""
    if not schedule.report_type.table_operation_id:
        return RowCheck.ROWS, timedelta()
    try:
        client = client_for(connection, profile=JOB, deadline=Deadline(LOOK_SECONDS))
        page = newest_rows(client, schedule.spec_at(planned_at), 1)
    except RateLimited as error:
        return RowCheck.NOT_NOW, min(timedelta(seconds=error.retry_after or 0), LONGEST_WAIT)
    except (ServiceFailed, Unreachable, UnreadableAnswer):
        return RowCheck.NOT_NOW, timedelta()
    except (ApiError, KeyUnreadable):
        return RowCheck.REFUSED, timedelta()
    # A row we cannot read is a row.
    has_rows = bool(page.records) or bool(page.skipped) or page.has_next
    return (RowCheck.ROWS if has_rows else RowCheck.NO_ROWS), timedelta()
