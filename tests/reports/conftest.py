"""Addresses of reports, and the rules that every page keeps."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from apps.reports.local_times import TIME_FORMAT
from tests.resources.rules import _only_what_the_contract_allows, calls, provokes_violations, visit

CONVERSIONS = "/reports/conversions/"
CLICKS = "/reports/clicks/"
IMPRESSIONS = "/reports/impressions/"
OPERATIONS = {CONVERSIONS: "conversionReport", CLICKS: "clickReport", IMPRESSIONS: "impressionReport"}
ZONE = "Europe/Berlin"


def hours_ago(hours: float) -> str:
    """A time on the wall clock of the tests' zone."""
    return (datetime.now(ZoneInfo(ZONE)) - timedelta(hours=hours)).strftime(TIME_FORMAT)


def address(path: str = CONVERSIONS, **parameters: str) -> str:
    """A canonical address, of the last day but its last hour unless told otherwise; `filter_a` is `filter[a]`."""
    values = {
        "integration_id": "int-eu",
        "start_time": hours_ago(25),
        "end_time": hours_ago(1),
        "timezone": ZONE,
    }
    for name, value in parameters.items():
        group, _, field = name.partition("_")
        values[f"{group}[{field}]" if group in ("filter", "page") else name] = value
    return f"{path}?{urlencode(values, safe='[],:@/')}"


__all__ = [
    "CLICKS",
    "CONVERSIONS",
    "IMPRESSIONS",
    "OPERATIONS",
    "ZONE",
    "_only_what_the_contract_allows",
    "address",
    "calls",
    "hours_ago",
    "provokes_violations",
    "visit",
]
