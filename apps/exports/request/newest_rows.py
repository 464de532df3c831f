"""The newest rows of what an export would hold, from the report's table: that uses up nothing of the day's exports."""

from apps.api.answers.records import ReportPage
from apps.api.client import Client
from apps.exports.spec import ExportSpec


def newest_rows(client: Client, spec: ExportSpec, count: int) -> ReportPage:
    """At most so many rows of the range; the report needs a table.

    What the service's contract does not know is left out. Raises an `ApiError` when the table cannot be read.
    """
    operation_id = spec.report_type.table_operation_id
    values = {
        "integration_id": spec.integration_id,
        "start_time": spec.start_time,
        "end_time": spec.end_time,
        "timezone": spec.time_zone,
        "page[size]": str(count),
    }
    known = client.endpoint.contract.operation(operation_id).query_parameters
    return client.report(operation_id, [pair for pair in values.items() if pair[0] in known])
