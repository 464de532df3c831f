"""URLs of reports, for links from other apps. They name a range, which the page turns into times."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from apps.reports.report_types import CONVERSIONS, ReportType
from apps.reports.state import RANGE, ROW, ReportState
from apps.saved_views.lists import VIEW

#: Parameters that mean a place in the rows of one integration, and nothing in another's.
_PLACE = ("page[after]", "page[before]", "position", "filter[offer_id]", VIEW, ROW)


def state_url(report: ReportType, state: ReportState) -> str:
    """A report in a state."""
    return reverse("reports:table", args=[report.slug]) + state.query_string()


def report_url(
    integration_id: str, report: str = CONVERSIONS.slug, days: str = "last-7-days", **filters: str
) -> str:
    """A report of the last 7 days, or of other `days` that have a name: `report_url("int-eu", publisher="42")`.

    Other filters: `offer_id`, `advertiser`, `status`.
    """
    pairs = [("integration_id", integration_id)]
    pairs += [(f"filter[{name}]", value) for name, value in filters.items() if value]
    pairs.append((RANGE, days))
    return f"{reverse('reports:table', args=[report])}?{urlencode(pairs, safe='[]')}"


def url_in_integration(report: str, query: QueryDict, integration_id: str) -> str:
    """The same report and range in another integration; its offers are others, so that filter goes."""
    there = query.copy()
    for name in _PLACE:
        there.pop(name, None)
    there["integration_id"] = integration_id
    return f"{reverse('reports:table', args=[report])}?{there.urlencode(safe='[],:@/')}"
