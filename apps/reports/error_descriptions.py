"""Describes errors of a report's call for the page."""

from dataclasses import replace

from apps.api.errors import ApiError, NotPermitted, RecordNotFound, RequestRefused
from apps.reports.report_types import ReportType
from apps.reports.state import ReportState
from apps.ui.error_pages import NOTHING_CHANGED, ErrorDescription, describe

# Field names come with dots in place of brackets.
_CURSOR_WORDS = ("cursor", "page.after", "page.before", "page[after]", "page[before]")


def describe_for(report: ReportType, state: ReportState, error: ApiError) -> ErrorDescription:
    """The words for an error of a report's call."""
    words = describe(error)
    match error:
        case RecordNotFound():
            return replace(
                words,
                title=f"The API has no {report.noun} of this integration",
                next_step="Choose another integration above, or ask whether this one still exists.",
            )
        case NotPermitted(address_refused=False):
            return replace(words, title=f"Your API key may not read {report.noun}")
        case RequestRefused() if (state.after or state.before) and is_about_cursor(error):
            return replace(
                words,
                title="The API does not know this place in the report",
                next_step="The link may be cut off or too old. Go to the newest rows instead.",
                can_retry=False,
            )
        case RequestRefused() if state.after or state.before:
            return replace(words, next_step="Change what it names, or go to the newest rows.")
    return words


def is_about_cursor(error: RequestRefused | RecordNotFound) -> bool:
    """Whether the API speaks of the place in the rows that it was asked for."""
    fields = error.field_errors if isinstance(error, RequestRefused) else {}
    details = (f"{name} {' '.join(messages)}" for name, messages in fields.items())
    said = " ".join([error.user_message, *details]).lower()
    return any(word in said for word in _CURSOR_WORDS)


def unknown_integration(integration: str) -> ErrorDescription:
    """The words for an integration that no registered service has."""
    return ErrorDescription(
        "There is no such integration",
        f"No service here has an integration with the ID “{integration[:60]}”.",
        NOTHING_CHANGED,
        "Choose an integration above.",
        404,
        can_retry=False,
    )
