"""The newest rows of what an export would hold, from the report's table: that uses up nothing of the day's exports."""

from apps.api.answers.records import ReportPage
from apps.api.client import Client
from apps.exports.request.creation import Wanted
from apps.reports.report_types import REPORT_TYPES


def newest_rows(client: Client, wanted: Wanted, count: int, end_time: str = "") -> ReportPage:
    """At most so many rows of the wanted range, or of its part up to an earlier end; the report needs a table.

    What the service's contract does not know is left out. May raise `ApiError`.
    """
    operation_id = REPORT_TYPES[wanted.report].table_operation_id
    values = {
        "integration_id": wanted.integration.integration_id,
        "start_time": wanted.start_time,
        "end_time": end_time or wanted.end_time,
        "timezone": wanted.time_zone,
        "page[size]": str(count),
    }
    known = client.endpoint.contract.operation(operation_id).query_parameters
    return client.report(operation_id, [pair for pair in values.items() if pair[0] in known])
