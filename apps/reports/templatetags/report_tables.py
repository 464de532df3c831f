"""The reports for templates of other apps: `{% load report_tables %}{% report_tables as reports %}`."""

from collections.abc import Sequence

from django import template

from apps.reports.report_types import REPORT_TABLES, ReportType

register = template.Library()


@register.simple_tag
def report_tables() -> Sequence[ReportType]:
    """The reports with a table on screen, in the order of the menu."""
    return REPORT_TABLES
