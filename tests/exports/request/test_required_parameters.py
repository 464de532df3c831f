"""The API requires extra parameters, and may take an empty value for a missing one."""

import pytest

from tests.resources.pages import Page


@pytest.mark.parametrize("address", ["/exports/new/", "/exports/schedules/new/"])
@pytest.mark.parametrize("report", ["conversions", "clicks", "impressions"])
def test_the_form_starts_with_an_extra_parameter_where_the_contract_requires_one(
    admin_client, service, address, report
):
    page = Page(admin_client.get(f"{address}?report={report}"))
    assert page.fields()["extra_parameters"] == "sub_id"
    assert "at least one" in page.text


def test_a_report_without_such_parameters_has_no_such_field(admin_client, service):
    page = Page(admin_client.get("/exports/new/?report=postback-logs"))
    assert "extra_parameters" not in page.fields()


def test_what_an_address_says_counts(admin_client, service):
    page = Page(admin_client.get("/exports/new/?report=clicks&extra_parameters=sub_id_4"))
    assert page.fields()["extra_parameters"] == "sub_id_4"
