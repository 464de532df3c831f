"""The download center: everything the API lists, merged with what was asked here, and honest when the API is away."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from apps.accounts.models import Role, User
from apps.connections.models import Integration, Service
from apps.exports.models import ExportRequest
from apps.exports.request.creation import RequestDetails, request_export
from tests.exports.conftest import advance, advance_until, spec_of
from tests.support.people import PASSWORD, connect, signed_in

LIST = "/exports/"
FRAGMENT = {"HX-Request": "true", "HX-Target": "exports"}


def text_of(response) -> str:
    return response.content.decode()


def rows_of(response):
    return response.context["center"].rows


def queries(sandbox) -> list[list[list[str]]]:
    return [entry["query"] for entry in sandbox.journal("listExports")]


def test_every_export_of_the_organisation_is_listed_newest_first(admin_client, sandbox):
    response = admin_client.get(LIST)
    rows = rows_of(response)
    assert len(rows) == 8
    assert [row.requested_at for row in rows] == sorted((row.requested_at for row in rows), reverse=True)
    page = text_of(response)
    for words in (
        "Impressions",
        "Postback logs",
        "The report could not be made.",
        "Canceled",
    ):
        assert words in page
    user = sandbox.application.store.get(("org-main", "users", ""), "usr-main-001")
    assert {row.requester_words for row in rows} == {f"{user['first_name']} {user['last_name']}"}
    assert "8 rows" in page


def test_it_is_said_that_the_vendors_cells_are_handed_on_as_they_came(admin_client):
    assert "a spreadsheet may run one that looks like a formula" in text_of(admin_client.get(LIST))


def test_ours_stand_first_while_they_run_and_carry_who_asked_and_from_where(
    admin_client, admin, admin_connection, sandbox
):
    sandbox.settings(export_pending_seconds=3600)
    export, _ = request_export(
        admin,
        admin_connection,
        spec_of(),
        uuid.uuid4(),
        RequestDetails("/reports/conversions/?integration_id=int-eu"),
    )
    before = text_of(admin_client.get(LIST))
    assert before.index(f'id="export-{export.pk}"') < before.index('id="export-exp-')
    assert "You, from Conversions report" in before
    advance(export)
    rows = rows_of(admin_client.get(LIST))
    assert (rows[0].ours, rows[0].remote_id, len(rows)) == (export, export.remote_id, 9)
    assert rows[0].is_running


def test_a_colleague_sees_who_asked_and_opens_the_apis_page_not_ours(manager_client, export):
    advance_until(export, "ready")
    page = text_of(manager_client.get(LIST))
    assert "Ada Admin, here" in page
    assert reverse("exports:remote", args=[export.service_id, export.remote_id]) in page
    assert str(export.pk) not in page


def test_what_a_colleague_waits_for_is_seen_before_the_api_has_it_and_offers_nothing(
    manager, manager_client, service, export, sandbox
):
    ExportRequest.objects.update(recipients=["auditor@example.com"], requested_from="/reports/conversions/")
    page = text_of(manager_client.get(LIST))
    row = re.search(r"<tr>(?:(?!</tr>).)*Ada Admin(?:(?!</tr>).)*</tr>", page, flags=re.DOTALL)
    assert row
    for words in ("Conversions", "Queued", "Ada Admin, from Conversions report", "1 Nov 2026 – 2 Nov 2026"):
        assert words in row[0]
    for private in ("<a ", "<button", "<form", "auditor@example.com", "mail", str(export.pk)):
        assert private not in row[0]
    assert 'hx-trigger="every 15s"' in page
    ExportRequest.objects.update(state="deferred")
    assert "Waiting for the daily limit" in text_of(manager_client.get(LIST))


def test_what_a_colleague_waits_for_stands_nowhere_but_on_the_first_page_of_all(
    manager, manager_client, export, sandbox, admin_client
):
    def is_seen(query: str) -> bool:
        return "Ada Admin" in text_of(manager_client.get(LIST + query))

    assert is_seen("?filter[type]=conversion_logs")
    assert not is_seen("?filter[type]=click_logs")
    assert not is_seen("?tab=mine")
    ExportRequest.objects.update(state="canceled")
    assert not is_seen("")
    ExportRequest.objects.update(state="queued")
    sandbox.faults({"kind": "status", "operation": "listExports", "times": None, "status": 503})
    assert not is_seen("")


def test_of_many_that_a_colleague_waits_for_a_page_shows_the_newest_and_counts_the_rest(
    admin, admin_connection, manager_client
):
    for second in range(27):
        request_export(
            admin, admin_connection, spec_of(end_time=f"2026-11-02 23:59:{second:02}"), uuid.uuid4()
        )
    response = manager_client.get(f"{LIST}?page[size]=25")
    assert sum(row.is_running for row in rows_of(response)) == 25
    assert "Colleagues requested 2 more that are not at the API yet." in text_of(response)


def test_mine_is_read_without_the_api(admin_client, export, sandbox):
    response = admin_client.get(LIST, {"tab": "mine"})
    assert [row.ours for row in rows_of(response)] == [export]
    assert sandbox.journal() == []


def test_the_filters_go_to_the_api_in_its_own_words_and_stand_as_chips(admin_client, sandbox):
    address = (
        "?filter[status]=ERROR&filter[reports_query_option.filters.integration_id.equalvalues]=int-eu"
        "&filter[reports_query_option.filters.integration_id.equalvalues]=int-us"
        "&filter[results_meta.duration_seconds][gte]=1&filter[reports_query_option.start_date]=2026-11-01"
    )
    response = admin_client.get(LIST + address)
    sent = queries(sandbox)[-1]
    assert [value for name, value in sent if name.endswith("integration_id.equalvalues]")] == [
        "int-eu",
        "int-us",
    ]
    assert ["filter[status]", "ERROR"] in sent
    assert ["filter[results_meta.duration_seconds][gte]", "1"] in sent
    chips = response.context["center"].query.chips()
    assert [chip.text for chip in chips] == [
        "Status: ERROR",
        "Integrations: int-eu",
        "Integrations: int-us",
        "Seconds taken at least: 1",
        "Range starts: 2026-11-01",
    ]
    assert "int-us" in chips[1].url
    assert "int-eu" not in chips[1].url


def test_each_documented_filter_has_a_control(admin_client):
    from apps.api.contract.contract import builtin_contract

    documented = {
        n for n in builtin_contract().operation("listExports").query_parameters if n.startswith("filter")
    }
    page = text_of(admin_client.get(LIST))
    assert len(documented) == 12
    assert all(f'name="{escape(name)}"' in page for name in documented)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("filter[status]=COMPLETED", "Status: “COMPLETED” is not one of UNKNOWN"),
        ("filter[results_meta.total][gte]=many", "Rows at least: “many” is not a whole number"),
        ("filter[results_meta.total][gte]=%D9%A3", "Rows at least: “٣” is not a whole number"),
        ("filter[reports_query_option.start_date]=soon", "“soon” is not a date"),
        ("filter[reports_query_option.start_date]=2026-10-01rubbish", "“2026-10-01rubbish” is not a date"),
        ("filter[colour]=red", "“filter[colour]” is not a filter of the API"),
        ("page[number]=-1", "page[number] must be a whole number"),
        ("page[size]=7", "A page has 25, 50, 100 rows"),
    ],
)
def test_what_cannot_be_sent_is_named_and_the_rest_is_shown(admin_client, sandbox, address, words):
    response = admin_client.get(f"{LIST}?{address}")
    assert response.status_code == 200
    assert words in text_of(response)
    assert len(rows_of(response)) == 8
    assert sandbox.journal("listExports")[-1]["violations"] == []


def test_a_filter_without_a_match_offers_to_clear_it(admin_client):
    page = text_of(admin_client.get(f"{LIST}?filter[results_meta.total][gte]=999999999"))
    assert "No exports match" in page
    assert "Clear all filters" in page


def test_the_pages_are_the_apis(admin_client, sandbox):
    response = admin_client.get(f"{LIST}?page[size]=25&page[number]=9")
    assert "Page 9 is past the end" in text_of(response)
    assert len(rows_of(response)) == 8
    assert ["page[size]", "25"] in queries(sandbox)[-1]


def test_an_export_of_ours_that_does_not_exist_yet_passes_only_the_filters_it_can(admin_client, export):
    types = "filter[type]=conversion_logs"
    assert export in [row.ours for row in rows_of(admin_client.get(f"{LIST}?{types}"))]
    for address in ("filter[type]=click_logs", f"{types}&filter[status]=ERROR"):
        assert export not in [row.ours for row in rows_of(admin_client.get(f"{LIST}?{address}"))]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_when_the_api_is_away_ours_stay_and_the_page_looks_again_rarely(
    admin_client, export, sandbox, status
):
    sandbox.faults({"kind": "status", "operation": "listExports", "times": None, "status": status})
    response = admin_client.get(LIST)
    page = text_of(response)
    assert response.status_code == 200
    assert "only the exports you requested here are shown" in page
    assert [row.ours for row in rows_of(response)] == [export]
    assert response.context["poll_seconds"] == 60


def test_a_wait_the_api_asks_for_is_kept_by_the_page(admin_client, export, sandbox):
    sandbox.faults(
        {
            "kind": "status",
            "operation": "listExports",
            "times": None,
            "status": 429,
            "headers": {"Retry-After": "240"},
        }
    )
    assert admin_client.get(LIST).context["poll_seconds"] == 240


def test_nothing_polls_when_nothing_runs(admin_client):
    assert "hx-trigger" not in text_of(admin_client.get(LIST, headers=FRAGMENT))


def test_a_poll_is_one_call_even_where_the_api_does_not_sort(admin_client, export, sandbox):
    rule = {"kind": "status", "operation": "listExports", "times": 1, "status": 400}
    sandbox.faults(rule)
    admin_client.get(LIST)
    for count in (3, 4):
        assert "hx-trigger" in text_of(admin_client.get(LIST, headers=FRAGMENT))
        assert len(sandbox.journal("listExports")) == count


def test_the_strip_tells_what_is_left_and_when_the_next_is_free(admin_client, export, sandbox, settings):
    assert "10 of 10 exports left today" in text_of(admin_client.get(LIST))
    advance_until(export, "ready")
    ExportRequest.objects.update(kept_until=timezone.now() + timedelta(days=3))
    page = text_of(admin_client.get(f"{LIST}?tab=mine"))
    assert "9 of 10 exports left today" in page
    assert "1 expires this week" in page
    settings.EXPORTS_PER_DAY = 1
    page = text_of(admin_client.get(LIST))
    assert "0 of 1 exports left today" in page
    assert "the next one is free about" in page


def test_exports_made_by_others_count_through_the_apis_list(admin_client, manager, service, sandbox):
    other = connect(manager, service, sandbox.manager_key)
    export, _ = request_export(manager, other, spec_of(), uuid.uuid4())
    advance(export)
    export.delete()
    assert "9 of 10 exports left today" in text_of(admin_client.get(LIST))
    assert "0 requested here by you, 1 by the whole organisation in the API&#x27;s list" in text_of(
        admin_client.get(LIST)
    )


def test_the_strip_counts_with_ones_own_key_what_will_wait(
    admin_client, export, manager, service, sandbox, settings
):
    settings.EXPORTS_PER_DAY = 1
    advance(export)
    page = text_of(admin_client.get(f"{LIST}?tab=mine"))
    assert "0 of 1 exports left today" in page and "what you request waits" in page

    other = connect(manager, service, sandbox.manager_key)
    client = signed_in(manager)
    assert "1 of 1 exports left today" in text_of(client.get(f"{LIST}?tab=mine"))
    page = text_of(client.get(LIST))
    assert "0 of 1 exports left today" in page and "what the API refuses until then waits" in page
    assert advance(request_export(manager, other, spec_of(), uuid.uuid4())[0]).state == "waiting"


def test_a_person_without_a_key_sees_their_own_and_how_to_see_all(admin, export, admin_connection):
    admin_connection.delete()
    page = text_of(signed_in(admin).get(LIST))
    assert "You have no key yet" in page
    assert str(export.pk) in page


def test_several_services_are_chosen_from(admin_client, admin, sandbox):
    second = Service.objects.create(name="Another", base_url=sandbox.base_url)
    Integration.objects.create(service=second, integration_id="int-other", label="Other network")
    connect(admin, second, sandbox.other_organisation_key)
    response = admin_client.get(LIST, {"service": str(second.pk)})
    assert "Another" in text_of(response)
    assert rows_of(response) == []
    first = next(tab.url for tab in response.context["center"].services if not tab.is_current)
    assert len(rows_of(admin_client.get(first))) == 8


@pytest.mark.parametrize("typed", ["1 200", "1,200", "1.200", "1\u202f200", "+1200"])
def test_a_number_is_filtered_by_as_people_type_it(admin_client, sandbox, typed):
    admin_client.get(LIST, {"filter[results_meta.total][gte]": typed})
    assert ["filter[results_meta.total][gte]", "1200"] in [
        list(pair) for pair in sandbox.journal("listExports")[-1]["query"]
    ]


def test_each_export_is_run_again_from_its_row_by_whoever_may_export(admin_client, service, sandbox):
    link = re.compile(r'href="(/exports/new/\?[^"]+)" aria-label="Run [^"]+ again')
    addresses = link.findall(text_of(admin_client.get(LIST)))
    assert len(addresses) > 4
    for address in addresses:
        assert admin_client.get(address.replace("&amp;", "&")).status_code == 200
    viewer = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(viewer, service, sandbox.admin_key)
    assert not link.findall(text_of(signed_in(viewer).get(LIST)))
