import contextvars
import threading

import pytest

from apps.api.answers.records import (
    MOST_RECORDS,
    UnexpectedShape,
    read_page,
    read_record,
    read_report,
    truncation_sentence,
)
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RecordNotFound
from apps.api.export_records import artifact_name, has_failed, is_finished, signed_url
from apps.api.parallel import run_together
from tests.api.raw_server import answer
from tests.api.test_faults import Start


def test_a_page_tells_its_records_and_counts() -> None:
    page = read_page(
        {"data": [{"id": "1"}, None, "x", {"id": "2"}], "meta": {"total_count": 7, "total_page": "4"}}, 2, 2
    )
    assert [record["id"] for record in page.records] == ["1", "2"]
    assert (page.total_count, page.total_page, page.number, page.size, page.skipped) == (7, 4, 2, 2, 2)


def test_a_server_that_sends_everything_at_once_is_read_in_part_and_that_is_said() -> None:
    rows = [{"id": number} for number in range(6_000)]
    for page in (read_page({"data": rows}, 1, 50), read_report({"data": {"data": rows}})):
        assert (len(page.records), page.truncated, page.skipped) == (MOST_RECORDS, 5_000, 0)
    assert truncation_sentence(5_000) == "The API sent 6,000 records at once; the first 1,000 are read."


@pytest.mark.parametrize(
    "meta", [None, [], {}, {"total_count": -1}, {"total_count": True}, {"total_count": 10**15}]
)
def test_counts_that_make_no_sense_are_not_known(meta: object) -> None:
    page = read_page({"data": [], "meta": meta}, 1, 50)
    assert (page.records, page.total_count, page.total_page) == ([], None, None)


@pytest.mark.parametrize(("total", "number"), [(0, 1), ("0", 1), (50, 2)])
def test_a_null_list_is_an_empty_page_where_the_count_agrees(total: object, number: int) -> None:
    page = read_page({"data": None, "meta": {"total_count": total}}, number, 50)
    assert (page.records, page.total_count) == ([], int(str(total)))


@pytest.mark.parametrize("meta", [None, {}, {"total_count": None}, {"total_count": 51}, {"total_page": 0}])
def test_a_null_list_is_no_page_where_the_count_does_not_say_so(meta: object) -> None:
    with pytest.raises(UnexpectedShape):
        read_page({"data": None, "meta": meta}, 2, 50)


@pytest.mark.parametrize(
    "information", [{"hasNextPage": False}, {"hasPreviousPage": False, "hasNextPage": True}]
)
def test_null_rows_are_an_empty_page_at_an_end_of_a_report(information: object) -> None:
    assert read_report({"data": {"data": None, "pageInfo": information}}).records == []
    with pytest.raises(UnexpectedShape):
        read_report({"data": {"pageInfo": information}})


@pytest.mark.parametrize("information", [None, {}, {"hasNextPage": True}, {"hasNextPage": None}])
def test_null_rows_are_no_page_where_nothing_says_so(information: object) -> None:
    with pytest.raises(UnexpectedShape):
        read_report({"data": {"data": None, "pageInfo": information}})


def test_a_report_page_tells_its_cursors() -> None:
    information = {"startCursor": "a", "endCursor": "b", "hasNextPage": True, "hasPreviousPage": "yes"}
    for frame in ({"data": {"data": [{"real_tx_id": "t"}], "pageInfo": information}},
                  {"data": [{"real_tx_id": "t"}], "pageInfo": information}):  # fmt: skip
        page = read_report(frame)
        assert page.records == [{"real_tx_id": "t"}]
        assert (page.start_cursor, page.end_cursor, page.has_next, page.has_previous) == (
            "a",
            "b",
            True,
            False,
        )


@pytest.mark.parametrize("data", [None, [], {"data": {}}, {"data": {"data": {}}}, {}])
def test_a_report_of_another_shape_is_refused(data: object) -> None:
    with pytest.raises(UnexpectedShape):
        read_report(data)


def test_a_record_is_read_bare_or_wrapped() -> None:
    assert read_record({"data": {"id": 1}}) == read_record({"id": 1}) == {"id": 1}
    with pytest.raises(UnexpectedShape):
        read_record({"data": []})


def test_the_client_sends_the_query_and_reads_the_pages(rig: Start) -> None:
    started = rig(answer(200, {"data": {"data": [{"a": 1}], "pageInfo": {"endCursor": "c"}}}))
    page = started.client.report("clickReport", [("integration_id", "1"), ("page[size]", "2")])
    assert (page.records, page.end_cursor) == ([{"a": 1}], "c")
    (request,) = started.server.requests
    assert request.target == "/api/v2/reports/v2/click-table?integration_id=1&page%5Bsize%5D=2"


def test_a_bulk_delete_carries_its_ids_in_the_body(rig: Start) -> None:
    started = rig(answer(200, {}))
    started.client.delete("bulkDeletePublishers", {}, {"data": ["1", "2"]})
    (request,) = started.server.requests
    assert (request.method, request.body) == ("DELETE", b'{"data":["1","2"]}')
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "export, finished, failed",
    [
        ({"status": "COMPLETED"}, True, False), ({"status": "completed "}, True, False),
        ({"status": "PENDING"}, False, False), ({"status": "WHATEVER"}, False, False), ({}, False, False),
        ({"status": "IN_PROGRESS", "artifact": {"name": "a.csv"}}, True, False),
        ({"status": "IN_PROGRESS", "artifact": {"name": "a.csv"}, "error": "x"}, False, False),
        ({"status": "ERROR", "artifact": {"name": "a.csv"}}, False, True), ({"status": "CANCELED"}, False, True),
        ({"status": 5, "artifact": []}, False, False),
    ],
)  # fmt: skip
def test_an_exports_state_is_read_in_one_place(export: dict, finished: bool, failed: bool) -> None:
    assert (is_finished(export), has_failed(export)) == (finished, failed)


@pytest.mark.parametrize("body", [{"error": "no"}, {"errors": [], "status": "FAILED"}])
def test_an_error_with_the_status_of_a_success_is_no_record(body: dict[str, object]) -> None:
    with pytest.raises(UnexpectedShape):
        read_record(body)
    assert read_record({"id": 1, **body})["id"] == 1


def test_an_artifacts_name_and_a_signed_address_are_found_or_none() -> None:
    assert artifact_name({"artifact": {"name": "a.csv"}}) == artifact_name({"artifact": "a.csv"}) == "a.csv"
    assert (
        artifact_name({})
        is artifact_name({"artifact": None})
        is artifact_name({"artifact": {"name": ""}})
        is None
    )
    assert signed_url({"url": "u"}) == signed_url({"data": {"url": "u"}}) == signed_url({"data": "u"}) == "u"
    nothing: tuple[object, ...] = ({}, [], None, {"data": 5}, {"url": ""})
    assert [signed_url(answer) for answer in nothing] == [None] * 5


def test_calls_run_side_by_side_in_order_and_keep_the_callers_context() -> None:
    name = contextvars.ContextVar("name", default="nobody")
    name.set("somebody")
    # Each call waits for the others: only calls that run together pass.
    meeting = threading.Barrier(3, timeout=60)

    def call(number: int) -> str:
        meeting.wait()
        if number == 1:
            raise RecordNotFound("getOffer", "gone")
        return f"{name.get()} {number}"

    results = run_together(lambda: call(0), lambda: call(1), lambda: call(2))
    assert results[0] == "somebody 0"
    assert isinstance(results[1], ApiError)
    assert results[2] == "somebody 2"


def test_more_than_four_calls_are_all_made_and_other_errors_are_raised() -> None:
    assert run_together(*[lambda n=n: n for n in range(9)]) == list(range(9))
    assert run_together() == []
    with pytest.raises(ZeroDivisionError):
        run_together(lambda: 1, lambda: 1 // 0)


def test_a_deadline_counts_down_to_nothing() -> None:
    moments = iter([100.0, 104.0, 111.0, 111.0])
    deadline = Deadline(10, clock=lambda: next(moments))
    assert deadline.remaining == 6
    assert deadline.remaining == 0
    assert deadline.has_passed
