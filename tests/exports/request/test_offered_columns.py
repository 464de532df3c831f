"""The columns that the form offers: documented ones, those of rows that were seen, those of files that were made."""

import pytest

from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.reports.models import SeenColumn
from apps.reports.report_types import CONVERSIONS
from apps.reports.rows.seen_columns import columns_seen, note_columns, with_currency
from tests.exports.conftest import advance_until, spec_of
from tests.exports.test_pages import CREATE, typed

REPORT = (
    "/reports/conversions/?integration_id=int-eu&start_time=2026-11-01T00:00:00&end_time=2026-11-01T23:59:59"
)


def offered(response) -> list[str]:
    return [value for value, _label in response.context["form"].fields["columns"].choices]


def test_columns_of_rows_that_were_read_are_offered_once_seen(admin_client):
    assert "geo_country" not in offered(admin_client.get(CREATE))
    admin_client.get(REPORT, follow=True)
    names = offered(admin_client.get(CREATE))
    assert {"geo_country", "currency"} <= set(names)
    assert len(names) == len(set(names))
    assert "currency" not in offered(admin_client.get(CREATE, {"report": "clicks"}))
    assert "geo_country" in offered(admin_client.get("/exports/schedules/new/"))


def test_columns_that_are_not_documented_stand_apart_until_they_are_ticked(admin_client):
    admin_client.get(REPORT, follow=True)
    form = admin_client.post(CREATE, typed(columns=["geo_country", "offer"], end_time="")).context["form"]
    first = [box.data["value"] for box in form.columns_first]
    further = [box.data["value"] for box in form.columns_further]
    assert first[:2] == ["geo_country", "offer"]
    assert set(first) == {*CONVERSIONS.columns, "geo_country"}
    assert "geo_city" not in first and len(further) > 5
    assert sorted(first + further) == sorted(name for name, _label in form.fields["columns"].choices)


def test_an_estimate_sees_columns_too(admin_client):
    admin_client.post(CREATE, typed(estimate="1"))
    assert "currency" in offered(admin_client.get(CREATE))


def test_columns_of_finished_files_are_offered(admin_client, admin, admin_connection, sandbox):
    columns = ("conversion_time", "geo_city")
    export = request_export(admin, admin_connection, spec_of(columns=columns), typed()["nonce"])[0]
    assert "geo_city" not in offered(admin_client.get(CREATE))
    advance_until(export, "ready")
    assert "geo_city" in offered(admin_client.get(CREATE))


def test_amounts_bring_their_currency_once_it_was_seen(admin_client):
    chosen = admin_client.get(CREATE).context["form"]["columns"].value()
    assert chosen == list(CONVERSIONS.money)
    admin_client.get(REPORT, follow=True)
    for response in (
        admin_client.get(CREATE),
        admin_client.post(CREATE, typed(column_preset="money")),
        admin_client.post(CREATE, typed(report="clicks", switch_report="conversions", columns=["offer"])),
    ):
        assert response.context["form"]["columns"].value() == [*CONVERSIONS.money, "currency"]
    attribution = admin_client.post(CREATE, typed(column_preset="attribution"))
    assert "currency" not in attribution.context["form"]["columns"].value()


def test_a_report_hands_its_amounts_over_with_their_currency(admin_client):
    page = admin_client.get(REPORT, follow=True)
    form = admin_client.get(page.context["results"].export_url).context["form"]
    columns = form["columns"].value()
    assert columns[columns.index("revenue") + 1] == "currency"


def test_a_file_with_its_currency_can_be_asked_for(admin_client, sandbox):
    admin_client.get(REPORT, follow=True)
    columns = admin_client.get(CREATE).context["form"]["columns"].value()
    admin_client.post(CREATE, typed(columns=columns))
    assert advance_until(ExportRequest.objects.get(), "ready").columns[-1] == "currency"


@pytest.mark.parametrize(
    ("columns", "carried"),
    [
        (["payout", "offer"], ["payout", "currency", "offer"]),
        (["currency", "payout"], ["currency", "payout"]),
        (["offer"], ["offer"]),
        ([], []),
    ],
)
def test_the_currency_stands_behind_the_last_amount(columns, carried):
    assert with_currency(columns, {"currency"}) == carried
    assert with_currency(columns, {"offer"}) == columns


def test_names_that_cannot_be_kept_are_left_out_and_many_are_kept_once(service):
    odd = {"": 1, "a\0b": 1, "x" * 101: 1, "\ud800": 1, "<b>": 1}
    for number in range(3):
        note_columns(service.pk, "clicks", [odd, {f"made_up_{number}_{one}": 1 for one in range(150)}])
    names = columns_seen([service.pk], "clicks")
    assert names[0] == "<b>"
    assert len(names) == SeenColumn.objects.count() == 200


def test_known_columns_are_noted_without_a_query(service, django_assert_num_queries):
    note_columns(service.pk, "clicks", [{"one": 1, "two": 2}])
    with django_assert_num_queries(0):
        note_columns(service.pk, "clicks", [{"two": 2}])


def test_a_name_that_can_be_no_column_of_a_file_is_not_offered(admin_client, service):
    note_columns(service.pk, "conversions", [{"<b>": 1, "geo_country": 2}])
    assert "<b>" not in offered(admin_client.get(CREATE))
