"""Which ids of a row are its own: those by which a person may look for it."""

import pytest

from apps.reports.rows.recently_shown import own_ids


@pytest.mark.parametrize(
    "name", ["transaction_id", "transactionId", "Transaction ID", "transaction-id", "TRANSACTION_ID"]
)
def test_an_id_of_the_row_is_known_however_its_name_is_written(name):
    assert own_ids({name: "a1"}) == ["a1"]


@pytest.mark.parametrize(
    "name",
    [
        "publisher_id",
        "publisherId",
        "Publisher ID",
        "landing_page_id",
        "landingPageId",
        "aff-sub-id",
        "user_uuid",
        "sub_id",
    ],
)
def test_an_id_of_another_record_is_none_of_the_row(name):
    assert own_ids({name: "42"}) == []


@pytest.mark.parametrize("value", [None, "", " ", True, [], {}, "x" * 201])
def test_what_is_no_id_is_left_out(value):
    assert own_ids({"transaction_id": value}) == []


def test_an_id_that_stands_in_two_fields_is_one():
    assert own_ids({"transaction_id": "a1", "real_tx_id": "a1", "click_uuid": "b2", "payout": "3"}) == [
        "a1",
        "b2",
    ]
