"""What a report is filtered to, in the columns of a file: the API's downloads take no filter."""

import pytest

from apps.reports.file_filters import columns_for, file_filters_of

PAGE = "/reports/conversions/?integration_id=int-eu&start_time=2026-11-01+00%3A00%3A00"


@pytest.mark.parametrize(
    ("filters", "columns", "query", "missing"),
    [
        ("&filter[status]=Approved", ["status"], "filter[status]=Approved", []),
        ("&filter%5Bpublisher%5D=5001", ["publisher", "publisher_id"], "filter[publisher_id]=5001", []),
        (
            "&filter[publisher]=Oak+%26+Sons",
            ["publisher", "publisher_id"],
            "filter[publisher]=Oak+%26+Sons",
            [],
        ),
        ("&filter[publisher]=5001", ["publisher"], "", ["publisher"]),
        (
            "&filter[offer_id]=1001&filter[offer_id]=1002",
            ["offer_id"],
            "filter[offer_id][in]=1001%2C1002",
            [],
        ),
        (
            "&filter[status]=Approved&filter[advertiser]=7",
            ["status"],
            "filter[status]=Approved",
            ["advertiser"],
        ),
    ],
)
def test_each_filter_is_asked_of_the_column_that_holds_its_value(filters, columns, query, missing):
    found = file_filters_of(PAGE + filters, columns)
    assert found is not None
    assert (found.query, list(found.missing)) == (query, missing)


@pytest.mark.parametrize("page", ["", PAGE, PAGE + "&filter[publisher]=", "/offers/?filter[status]=x"])
def test_a_page_without_a_reports_filter_has_no_slice(page):
    assert file_filters_of(page, ["status"]) is None


def test_a_file_gets_the_columns_its_filters_need_where_rows_have_them():
    assert columns_for(["publisher", "status"], ["status", "publisher", "publisher_id"]) == [
        "publisher_id",
        "status",
    ]
    assert columns_for(["advertiser"], ["status"]) == []
