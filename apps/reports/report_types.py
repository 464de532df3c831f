"""The reports of the contract: which can be read as a table, which exported, and the columns known of each.

The API does not list the columns. The names here are those of the vendor's user documentation; a person may
type others.
"""

from dataclasses import dataclass

from apps.api.contract.contract import Contract
from apps.saved_views.lists import ShippedView

MONEY = "money"
ATTRIBUTION = "attribution"
EVERYTHING = "everything"
COLUMN_PRESETS = {MONEY: "Money", ATTRIBUTION: "Attribution", EVERYTHING: "Everything"}

_SUB_IDS = ("sub_id", "sub_id_2", "sub_id_3", "sub_id_4", "sub_id_5", "sub_id_6")


@dataclass(frozen=True)
class ReportType:
    """One kind of report. `remote_types` are the words by which the API's list of exports calls it, where known.

    `operation_id` is the download; `table_operation_id` the table on screen, "" where the API has none.
    """

    slug: str
    label: str
    icon: str
    operation_id: str
    table_operation_id: str
    remote_types: frozenset[str]
    columns: tuple[str, ...]
    money: tuple[str, ...]
    attribution: tuple[str, ...]
    #: The columns of the table on screen after the time, which always stands first.
    shown: tuple[str, ...] = ()
    #: The range that a report opens with (apps.reports.range_presets).
    default_range: str = "today"
    #: The views that come with it, besides the report as it opens.
    views: tuple[ShippedView, ...] = ()

    @property
    def time_column(self) -> str:
        """When a row happened."""
        return self.columns[0]

    @property
    def noun(self) -> str:
        """The kind within a sentence: "conversions"."""
        return self.label.lower()

    def preset(self, name: str) -> tuple[str, ...]:
        """The columns of a preset; of any other name the money columns."""
        presets = {ATTRIBUTION: self.attribution, EVERYTHING: self.columns}
        return presets.get(name, self.money)


CONVERSIONS = ReportType(
    slug="conversions",
    label="Conversions",
    icon="badge-check",
    operation_id="downloadConversions",
    table_operation_id="conversionReport",
    remote_types=frozenset({"conversion_logs"}),
    columns=(
        "conversion_time",
        "click_time",
        "session_time",
        "status",
        "offer",
        "advertiser",
        "publisher",
        "payout",
        "revenue",
        "purchase_value",
        *_SUB_IDS,
        "transaction_id",
        "external_transaction_id",
        "conversion_ip",
        "device_id",
        "user_agent",
        "browser_languages",
        "third_party_rejected_reason",
    ),
    money=(
        "conversion_time",
        "offer",
        "advertiser",
        "publisher",
        "status",
        "payout",
        "revenue",
        "purchase_value",
    ),
    attribution=(
        "conversion_time",
        "click_time",
        "session_time",
        "offer",
        "publisher",
        "status",
        *_SUB_IDS,
        "transaction_id",
        "external_transaction_id",
    ),
    shown=(
        "status",
        "offer",
        "publisher",
        "payout",
        "revenue",
        "advertiser",
    ),
    default_range="last-7-days",
    views=(
        ShippedView(
            "approved-yesterday", "Approved, yesterday", {"range": "yesterday", "filter[status]": "Approved"}
        ),
        ShippedView(
            "rejected", "Rejected, last 30 days", {"range": "last-30-days", "filter[status]": "Rejected"}
        ),
        ShippedView(
            "approved-last-month",
            "Approved, last month",
            {"range": "last-month", "filter[status]": "Approved"},
        ),
    ),
)

CLICKS = ReportType(
    slug="clicks",
    label="Clicks",
    icon="mouse-pointer-click",
    operation_id="downloadClicks",
    table_operation_id="clickReport",
    remote_types=frozenset({"click_logs"}),
    columns=(
        "date_time",
        "unix_time",
        "status",
        "rejection_reason",
        "offer",
        "advertiser",
        "publisher",
        *_SUB_IDS,
        "transaction_id",
        "external_transaction_id",
        "device_id",
        "user_agent",
        "os",
        "os_version",
        "browser",
        "browser_version",
        "browser_language",
        "geo_city",
        "geo_country",
        "bundle_id",
    ),
    money=("date_time", "offer", "advertiser", "publisher", "status", "rejection_reason"),
    attribution=("date_time", "offer", "publisher", *_SUB_IDS, "transaction_id", "external_transaction_id"),
    shown=("status", "offer", "publisher", "advertiser", "sub_id"),
    views=(
        ShippedView(
            "approved-yesterday", "Approved, yesterday", {"range": "yesterday", "filter[status]": "Approved"}
        ),
        ShippedView(
            "rejected", "Rejected, last 7 days", {"range": "last-7-days", "filter[status]": "Rejected"}
        ),
    ),
)

IMPRESSIONS = ReportType(
    slug="impressions",
    label="Impressions",
    icon="eye",
    operation_id="downloadImpressions",
    table_operation_id="impressionReport",
    remote_types=frozenset({"impression_logs"}),
    columns=CLICKS.columns,
    money=CLICKS.money,
    attribution=CLICKS.attribution,
    shown=CLICKS.shown,
    views=CLICKS.views,
)

POSTBACK_LOGS = ReportType(
    slug="postback-logs",
    label="Postback logs",
    icon="webhook",
    operation_id="downloadPostbackLogs",
    table_operation_id="",
    remote_types=frozenset({"postback_logs"}),
    columns=(
        "date_time",
        "success",
        "postback_name",
        "postback_type",
        "offer_id",
        "publisher_id",
        "event_id",
        "transaction_id",
        "response_code",
        "url",
        "error",
        "server_response",
    ),
    money=("date_time", "success", "postback_name", "offer_id", "publisher_id", "response_code", "error"),
    attribution=("date_time", "success", "postback_name", "offer_id", "publisher_id", "transaction_id"),
)

#: In the order in which the page offers them.
REPORT_TYPES = {report.slug: report for report in (CONVERSIONS, CLICKS, IMPRESSIONS, POSTBACK_LOGS)}

#: Those with a table on screen, in the order of the menu.
REPORT_TABLES = (CLICKS, CONVERSIONS, IMPRESSIONS)


def offered_by(contract: Contract) -> list[ReportType]:
    """The report types that this contract has an operation for."""
    known = {operation.id for operation in contract.operations.values() if operation.role == "export"}
    return [report for report in REPORT_TYPES.values() if report.operation_id in known]
