"""What a file says, row by row: every problem at once, and values as people write them."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.bulk.imports.checking.current_records import MOST_SINGLE
from apps.bulk.imports.models import ImportFile
from apps.bulk.imports.reading.tables import MOST_ROWS
from apps.bulk.imports.uploads import MOST_FILES
from apps.bulk.models import BulkRow, BulkRun
from apps.jobs.runner import take_turn
from apps.resources.writes.change import Change
from tests.bulk.imports.conftest import checked, csv_of, problems, upload, uploaded, workbook_of
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db


def started(client, file, **data):
    """The changes of the run that follows, by their line in the file."""
    page = Page(client.get(file.check_url))
    answer = client.post(file.check_url, {**page.fields(), **data})
    assert answer.status_code == 302, Page(answer).text
    run = BulkRun.objects.latest("created_at")
    assert answer["Location"] == run.get_absolute_url()
    return {row.line: Change.from_json(row.change) for row in BulkRow.objects.filter(run=run)}


def test_an_id_changes_the_named_columns_and_no_id_creates(admin_client, sandbox):
    rows = [
        ["id", "Name", "active", "default_payout.payout", "advertiser_id"],
        ["1001", "New name", "", "4,50", ""],
        ["", "A new one", "ja", "1,5", "101"],
    ]
    file, result = checked(admin_client, csv_of(rows, delimiter=";", encoding="cp1252"))
    assert (result.update_count, result.creation_count, problems(result)) == (1, 1, [])
    changes = started(admin_client, file)
    assert changes[2].record_id == "1001"
    assert changes[2].values == {"name": "New name", "default_payout.payout": Decimal("4.50")}
    assert changes[3].is_creation
    assert changes[3].values["name"] == "A new one"
    assert changes[3].values["active"] is True
    assert changes[3].values["advertiser_id"] == 101
    assert changes[3].values["currency"] == "USD"
    assert not [entry for entry in sandbox.journal() if entry["method"] != "GET"]


def test_all_problems_are_told_at_once_with_row_column_and_value(admin_client):
    rows = [
        ["id", "name", "active", "visibility", "payout", "advertiser_id", "fallback_url"],
        ["1001", "", "maybe", "", "", "", ""],
        ["1002", "", "", "Secret", "abc", "", ""],
        ["1001", "", "", "", "", "", "no address"],
        ["", "", "true", "public", "1.5", "101", ""],
        ["9.00719925474099E+15", "", "", "", "", "", ""],
    ]
    file, result = checked(admin_client, csv_of(rows))
    found = {(line, header): words for line, header, _value, words in problems(result)}
    assert set(found) == {
        (2, "active"),
        (3, "visibility"),
        (3, "payout"),
        (4, "id"),
        (4, "fallback_url"),
        (5, "name"),
        (6, "id"),
    }
    assert "Row 2 has the same ID" in found[4, "id"]
    assert "rounded" in found[6, "id"]
    assert "needed to create" in found[5, "name"]
    page = Page(admin_client.get(file.check_url))
    assert "5 of 5 rows cannot be imported" in page.text
    text = admin_client.get(f"/imports/file/{file.pk}/problems/").content.decode()
    assert '"4","A","id","1001","Row 2 has the same ID."' in text


def test_good_rows_are_imported_alone_only_when_that_is_said(admin_client):
    rows = [["id", "active"], ["1001", "false"], ["1002", "maybe"]]
    file, result = checked(admin_client, csv_of(rows))
    assert result.bad_count == 1
    assert "Import only the 1 good rows" in Page(admin_client.get(file.check_url)).text
    refused = admin_client.post(file.check_url, {"rows": "all"})
    assert refused.status_code == 422
    assert not BulkRun.objects.exists()
    assert {change.record_id for change in started(admin_client, file).values()} == {"1001"}


def test_a_second_click_starts_no_second_run(admin_client):
    file, _ = checked(admin_client, csv_of([["id", "active"], ["1001", "false"]]))
    started(admin_client, file)
    started(admin_client, file)
    assert BulkRun.objects.count() == 1


def test_what_can_be_two_numbers_is_asked_for_the_column(admin_client):
    content = csv_of([["id", "Payout"], ["1001", "1.234"], ["1002", "7"]], delimiter=";")
    file, result = checked(admin_client, content)
    assert list(result.undecided) == ["Payout"]
    assert "can be 1234 or 1.234" in problems(result)[0][3]
    file, result = checked(admin_client, content, **{"decimal-1": ","})
    assert (problems(result), result.update_count) == ([], 2)
    assert started(admin_client, file)[2].values == {"default_payout.payout": Decimal(1234)}


def test_empty_leaves_and_the_word_for_nothing_clears(admin_client):
    rows = [
        ["id", "description", "payout", "name", "x"],
        ["1001", r"\N", "", "", "?"],
        ["1002", r"\\N", "", r"\N", ""],
    ]
    file, result = checked(admin_client, csv_of(rows))
    [(line, header, _value, words)] = problems(result)
    assert (line, header) == (3, "name") and "no way to empty" in words
    assert started(admin_client, file)[2].values == {"description": ""}


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("Status", "WAHR", "active", True),
        ("status", "inactive", "active", False),
        ("ACTIVE", "nein", "active", False),
        ("Visibility", "requires approval", "visibility", "Requires_Approval"),
        ("visibility", "PUBLIC", "visibility", "Public"),
        ("Deep linking", "Yes", "deep_link_enabled", True),
        ("Default Payout Payout", "2.5", "default_payout.payout", Decimal("2.5")),
        ("payout_type", "cpa", "default_payout.payout_type", "CPA"),
        ("Fallback URL", " https://example.com/x ", "fallback_url", "https://example.com/x"),
        ("restriction note", "0049", "restriction_note", "0049"),
        ("description", "'=1+1", "description", "=1+1"),
    ],
)
def test_values_and_headers_as_people_write_them(admin_client, header, cell, field, value):
    file, result = checked(admin_client, csv_of([["ID", header], ["1001", cell]]))
    assert problems(result) == []
    assert started(admin_client, file)[2].values == {field: value}


def test_a_reference_is_an_id_or_an_exact_name(admin_client, sandbox):
    place = ("org-main", "advertisers", "")
    store = sandbox.application.store
    with store.lock:
        store.write([(place, "101", {**store.get(place, "101"), "name": "Only One Ltd"})])
    rows = [
        ["id", "advertiser"],
        ["1001", "only one ltd"],
        ["1002", "Only On"],
        ["1003", "Nobody at all"],
        ["1004", "#102"],
    ]
    file, result = checked(admin_client, csv_of(rows))
    assert [(line, value) for line, _header, value, _words in problems(result)] == [
        (3, "Only On"),
        (4, "Nobody at all"),
    ]
    changes = started(admin_client, file)
    assert {line: change.values for line, change in changes.items()} == {
        2: {"advertiser_id": 101},
        5: {"advertiser_id": 102},
    }


def test_what_the_record_holds_already_is_no_problem(admin_client, store):
    store.change(
        1001, visibility="Invite_Only", default_payout={"payout": "n/a"}, fallback_url=" https://a.example/ "
    )
    rows = [
        ["id", "visibility", "default_payout.payout", "fallback_url"],
        ["1001", "Invite_Only", "n/a", " https://a.example/ "],
        ["1002", "Invite_Only", "n/a", ""],
    ]
    _file, result = checked(admin_client, csv_of(rows))
    assert {line for line, *_rest in problems(result)} == {3}
    assert result.silent_count == 1


def test_a_file_without_a_column_that_new_records_need_is_told_once(admin_client):
    _file, result = checked(admin_client, csv_of([["name"], *([f"new {n}"] for n in range(50))]))
    assert list(result.lacks) == ["To create offers the file needs a column for Advertiser."]
    assert (problems(result), result.bad_count) == ([], 50)


def test_workbook_cells_are_numbers_switches_and_dates(admin_client):
    rows = [["id", "active", "payout", "description"], [1001, True, 1.5, 12], [1002, None, None, None]]
    file, result = checked(admin_client, workbook_of(rows))
    assert problems(result) == []
    assert started(admin_client, file)[2].values == {
        "active": True,
        "default_payout.payout": Decimal("1.5"),
        "description": "12",
    }


def test_ten_thousand_rows_are_checked_within_seconds_and_few_calls(admin_client, sandbox):
    rows = [["id", "name", "active", "payout", "visibility", "fallback_url"]]
    rows += [
        [str(5000 + n), f"Name {n}", "true", f"{n},5", "Public", f"https://a.example/{n}"]
        for n in range(MOST_ROWS)
    ]
    before = len(sandbox.journal())
    _file, result = checked(admin_client, csv_of(rows, delimiter=";"))
    assert (result.update_count, problems(result)) == (MOST_ROWS, [])
    assert len(sandbox.journal()) == before


def test_three_errors_in_ten_thousand_rows_are_named(admin_client):
    rows = [["id", "active"], *([str(5000 + n), "true"] for n in range(MOST_ROWS))]
    for line in (2, 5_000, 10_001):
        rows[line - 1][1] = "perhaps"
    _file, result = checked(admin_client, csv_of(rows))
    assert [line for line, *_rest in problems(result)] == [2, 5_000, 10_001]
    assert result.good_count == MOST_ROWS - 3


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"id,name\n"])
def test_a_file_that_cannot_be_taken_is_told_at_the_form(admin_client, content):
    answer = upload(admin_client, content)
    assert answer.status_code == 422
    assert "The file was not taken" in Page(answer).text


def test_columns_are_corrected_and_two_cannot_go_to_one_field(admin_client):
    content = csv_of([["id", "What it is called", "Name"], ["1001", "a", "b"]])
    file = uploaded(admin_client, content)
    page = Page(admin_client.get(file.get_absolute_url()))
    fields = page.fields()
    assert (fields["target-0"], fields["target-1"], fields["target-2"]) == ("id", "", "name")
    answer = admin_client.post(file.get_absolute_url(), {**fields, "target-1": "name"})
    assert answer.status_code == 422
    assert "2 columns go to Name" in Page(answer).text
    answer = admin_client.post(file.get_absolute_url(), {**fields, "target-1": "name", "target-2": ""})
    file.refresh_from_db()
    assert started(admin_client, file)[2].values == {"name": "a"}


def test_rows_with_too_many_cells_are_told(admin_client):
    _file, result = checked(admin_client, b"id,active\n1001,true,x\n1002,true\n")
    assert [(line, "more cells" in words) for line, _h, _v, words in problems(result)] == [(2, True)]


def test_a_file_is_removed_after_a_day_and_so_are_the_oldest_of_many(admin_client, admin):
    content = csv_of([["id", "active"], ["1001", "false"]])
    for _ in range(MOST_FILES + 2):
        file = uploaded(admin_client, content)
    assert ImportFile.objects.filter(owner=admin).count() == MOST_FILES
    assert 23.9 < (file.due_at - file.created_at).total_seconds() / 3600 < 24.1
    ImportFile.objects.filter(pk=file.pk).update(due_at=file.created_at)
    take_turn("bulk.ImportFile", str(file.pk), most_steps=1)
    assert admin_client.get(file.get_absolute_url()).status_code == 404


def test_files_are_dropped_where_no_view_takes_one(admin_client):
    answer = admin_client.post("/account/login/", {"file": SimpleUploadedFile("a.csv", b"a")})
    assert answer.status_code in (200, 302)
    assert not answer.wsgi_request.FILES


def test_ids_that_are_gone_cost_few_calls(admin_client, sandbox):
    rows = [["id", "fallback_url"], *([str(700_000 + n), f" https://a.example/{n} "] for n in range(2_500))]
    file = uploaded(admin_client, csv_of(rows))
    before = len(sandbox.journal())
    admin_client.post(file.get_absolute_url(), {"target-0": "id", "target-1": "fallback_url"})
    assert len(sandbox.journal()) - before <= 20 + 1 + MOST_SINGLE


def test_an_id_that_no_record_can_have_is_a_problem_of_its_cell(admin_client):
    for content in (csv_of([["id", "name"], ["1\x012", "a"]]), workbook_of([["id", "name"], [1e300, "a"]])):
        _file, result = checked(admin_client, content)
        [(line, header, _value, words)] = problems(result)
        assert (line, header) == (2, "id")
        assert "can be no ID" in words
