"""Texts are told apart by their form: what is looked for among the rows of reports, and what among records."""

import pytest

from apps.network.transaction_ids import is_surely_transaction, looks_like_record_id, looks_like_transaction
from apps.resources.lists.search_hints import hint_template_for

UUID = "1f0e2c0a-55b1-4d0a-9a55-0d9a5c8d8d11"


@pytest.mark.parametrize("text", [UUID, UUID.upper(), "a3f09b2c44d1", "1697450000123", "tx_2026-1001-4432"])
def test_long_words_with_digits_look_like_transactions(text):
    assert looks_like_transaction(text)


@pytest.mark.parametrize("text", ["", "1042", "Acme", "Summer sale 2026", "anna@example.com", "deadbeefdead"])
def test_names_and_short_numbers_do_not(text):
    assert not looks_like_transaction(text)


def test_a_long_number_may_be_both():
    assert looks_like_transaction("1697450000123")
    assert not is_surely_transaction("1697450000123")
    assert looks_like_record_id("1697450000123")


def test_a_list_without_a_match_offers_the_trace_for_what_looks_like_a_transaction():
    assert hint_template_for(UUID) == "network/_possible_transaction.html"
    assert hint_template_for("Acme") == ""
    assert hint_template_for("") == ""
