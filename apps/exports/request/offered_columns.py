"""The columns a file may have: the documented ones, those seen in rows, and those that files were made with.

The API lists its columns nowhere, and a service may have more than the documented ones.
"""

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from apps.accounts.models import User
from apps.connections.clients import integrations_for
from apps.exports.models import ExportRequest
from apps.exports.states import WITH_FILE
from apps.reports.report_types import ReportType
from apps.reports.rows.seen_columns import columns_seen, with_currency

#: The newest files whose columns are offered.
_FILES = 50


def offered_columns(service_ids: Iterable[UUID], report: ReportType) -> list[str]:
    """The names of all columns to choose from."""
    services = set(service_ids)
    files = ExportRequest.objects.filter(service__in=services, report=report.slug, state__in=WITH_FILE)
    newest = files.order_by("-created_at").values_list("columns", flat=True)[:_FILES]
    made = (str(name) for name in chain.from_iterable(newest))
    return list(dict.fromkeys([*report.columns, *columns_seen(services, report.slug), *made]))


def preset_columns(person: User, report: ReportType, name: str) -> list[str]:
    """The columns of a preset, the money ones for any other name; amounts bring their currency where it was seen."""
    services = {integration.service_id for integration in integrations_for(person)}
    return with_currency(report.preset(name), columns_seen(services, report.slug))
