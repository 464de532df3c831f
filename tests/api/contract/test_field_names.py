"""Fields under a vendor's names: which is which, and no value lost on the way in or out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.api.client import Client, Endpoint
from apps.api.contract.contract import builtin_contract
from apps.api.contract.field_names import (
    fields_by_our_names,
    path_to_our_names,
    path_to_wire_names,
    stated_names,
    to_our_names,
    to_wire_names,
)
from apps.api.contract.openapi import Field
from apps.api.errors import RequestRefused
from apps.api.query import Filter, ListQuery
from tests.api.raw_server import RawServer, answer


def fields(*names: str, **typed: str) -> dict[str, Field]:
    """Fields of these names: texts, and those with a type."""
    return {name: Field(name, kind) for name, kind in {**dict.fromkeys(names, "string"), **typed}.items()}


def sent_as(found: Mapping[str, Field]) -> dict[str, str]:
    return {name: field.sent_as for name, field in found.items()}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        # The same word, however it is spelled.
        (fields("advertiser_id"), fields("advertiserId"), {"advertiser_id": "advertiserId"}),
        (fields("redirect_url"), fields("REDIRECT-URL"), {"redirect_url": "REDIRECT-URL"}),
        # With or without ID, and words of the same meaning.
        (fields(advertiser_id="integer"), fields(advertiser="string"), {"advertiser_id": "advertiser"}),
        (fields("manager_id"), fields("accountManagerId"), {"manager_id": "accountManagerId"}),
        (fields(active="boolean"), fields(isEnabled="boolean"), {"active": "isEnabled"}),
        (fields("created_at"), fields("creationDate"), {"created_at": "creationDate"}),
        # Another thing under a name like ours: an object is no id, a text is no switch.
        (fields("advertiser_id"), fields(advertiser="object"), {"advertiser": "advertiser"}),
        (fields(active="boolean"), fields("enabled"), {"enabled": "enabled"}),
        # Two that could be meant: neither is.
        (fields("company_name"), fields("company", "organisation"),
         {"company": "company", "organisation": "organisation"}),
        # Our own name is there: the other spelling is a field of its own.
        (fields("advertiser_id"), fields("advertiserId", "advertiser_id"),
         {"advertiserId": "advertiserId", "advertiser_id": "advertiser_id"}),
        # Nothing explains it.
        (fields("messenger"), fields("skype"), {"skype": "skype"}),
    ],
)  # fmt: skip
def test_a_field_is_known_by_its_word_or_by_what_it_means(ours, theirs, expected) -> None:
    assert sent_as(fields_by_our_names(ours, theirs, {})) == expected


def test_what_the_document_states_comes_first_and_may_lead_into_objects() -> None:
    ours = fields("name", "title") | {"payout": Field("payout", "object", fields=fields("amount", "kind"))}
    theirs = fields("name", "label", "title") | {
        "payOut": Field("payOut", "object", fields=fields("value", "kind"))
    }
    document = {
        "x-field-names": {"Offers.name": "label", "Offers.payout.amount": "value", "odd": 5, "T.": "x"}
    }
    stated = stated_names(document)["Offers"]
    found = fields_by_our_names(ours, theirs, stated)
    assert found["name"].sent_as == "label"
    assert sent_as(found["payout"].fields) == {"amount": "value", "kind": "kind"}
    # Their own `name` is another field; the name that is free now is its.
    assert found["label"].sent_as == "name"
    assert set(found) == {"name", "label", "title", "payout"}


@pytest.mark.parametrize("odd", [None, [], "x", 7, {"Offers": {"name": "x"}}, {".a": "b"}])
def test_an_odd_extension_states_nothing_of_use(odd) -> None:
    assert stated_names({"x-field-names": odd}).get("Offers", {}) == {}


PAYOUT = Field("default_payout", "object", fields=fields("payout_type", "payout"))
THEIR_PAYOUT = Field("defaultPayout", "object", fields=fields("payoutType", "payout"))
OFFER = fields_by_our_names(
    {**fields("advertiser_id", "name", "active"), "default_payout": PAYOUT},
    {**fields("advertiserId", "title", "active"), "defaultPayout": THEIR_PAYOUT},
    {},
)


def test_records_come_in_under_our_names_and_bodies_go_out_under_theirs() -> None:
    wire = {
        "id": 5, "advertiserId": 7, "title": "A", "active": True, "extra": {"advertiserId": 1},
        "defaultPayout": {"payoutType": "CPA", "payout": 1, "more": None},
    }  # fmt: skip
    own = to_our_names(wire, OFFER)
    assert own == {
        "id": 5, "advertiser_id": 7, "name": "A", "active": True, "extra": {"advertiserId": 1},
        "default_payout": {"payout_type": "CPA", "payout": 1, "more": None},
    }  # fmt: skip
    assert to_wire_names(own, OFFER) == wire


def test_both_spellings_at_once_lose_nothing() -> None:
    wire = {"advertiserId": 7, "advertiser_id": "old", "name": "N", "title": "T"}
    own = to_our_names(wire, OFFER)
    assert (own["advertiser_id"], own["name"]) == (7, "T")
    assert sorted(map(str, own.values())) == sorted(map(str, wire.values()))
    assert to_wire_names(own, OFFER) == wire


def test_a_field_that_comes_under_our_name_after_all_is_read() -> None:
    assert to_our_names({"advertiser_id": 7}, OFFER) == {"advertiser_id": 7}


NAMES = st.sampled_from(
    ["advertiser_id", "advertiserId", "name", "title", "active", "default_payout", "defaultPayout", "x", "y"]
)


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(
        NAMES,
        st.integers() | st.dictionaries(st.sampled_from(["payout_type", "payoutType", "z"]), st.integers()),
    )
)
def test_whatever_comes_goes_out_as_it_came(wire) -> None:
    own = to_our_names(wire, OFFER)
    assert len(own) == len(wire)
    # A field that came under our name, and not under theirs, goes out under theirs; nothing else changes.
    once = to_wire_names(own, OFFER)
    assert to_our_names(once, OFFER) == own
    assert len(once) == len(wire)


@pytest.mark.parametrize(
    ("own", "wire"),
    [
        ("advertiser_id", "advertiserId"),
        ("default_payout.payout_type", "defaultPayout.payoutType"),
        ("default_payout.unknown", "defaultPayout.unknown"),
        ("colour.of", "colour.of"),
        ("id", "id"),
    ],
)
def test_paths_into_objects_follow(own, wire) -> None:
    assert path_to_wire_names(own, OFFER) == wire
    assert path_to_our_names(wire, OFFER) == own


# --- Through the client ---

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/offers": {
            "get": {"tags": ["Offers"], "summary": "List Offers"},
            "post": {
                "tags": ["Offers"],
                "summary": "Create Offer",
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {
                        "advertiserId": {"type": "integer"},
                        "title": {"type": "string"},
                        "defaultPayout": {"type": "object", "properties": {"payoutType": {"type": "string"}}},
                        "colour": {"type": "string"},
                    },
                    "required": ["title"],
                }}}},
            },
        }
    },
}  # fmt: skip


@pytest.fixture
def vendor() -> Iterator:
    """A function from answers to a client of the vendor's API, and the server that saw its requests."""
    servers = []

    def start(*answers) -> tuple[Client, RawServer]:
        server = RawServer(*answers)
        servers.append(server)
        contract = builtin_contract().overlaid(DOCUMENT)
        return Client(Endpoint(server.url, None, contract, "1")), server

    yield start
    for server in servers:
        server.stop()


def test_a_list_is_asked_for_and_read_in_the_vendors_words(vendor) -> None:
    rows = {
        "data": [{"id": 1, "advertiserId": 7, "title": "A", "meta": {"advertiserId": 2}}],
        "meta": {"total_count": 1},
    }
    client, server = vendor(answer(200, rows))
    query = ListQuery(
        sort=("-advertiser_id", "id"),
        filters=(Filter("advertiser_id", "in", "7,8"), Filter("default_payout.payout_type", "eq", "CPA")),
    )
    page = client.list("listOffers", {"integrationID": "x"}, query)
    assert page.records == [{"id": 1, "advertiser_id": 7, "name": "A", "meta": {"advertiserId": 2}}]
    assert page.total_count == 1
    asked = server.requests[0].target
    assert "sort=-advertiserId%2Cid" in asked
    assert "filter%5BadvertiserId%5D%5Bin%5D=7%2C8" in asked
    assert "filter%5BdefaultPayout.payoutType%5D=CPA" in asked


def test_a_body_goes_out_and_its_refusal_comes_back_in_our_words(vendor) -> None:
    refusal = {
        "errors": {
            "advertiserId": ["is unknown"],
            "defaultPayout.payoutType": ["is odd"],
            "colour": ["is grey"],
        }
    }
    client, server = vendor(answer(422, refusal))
    payload = {
        "advertiser_id": 7,
        "name": "A",
        "default_payout": {"payout_type": "CPA", "kept": 1},
        "extra": 2,
    }
    with pytest.raises(RequestRefused) as refused:
        client.create("createOffer", {}, payload)
    assert json.loads(server.requests[0].body) == {
        "advertiserId": 7, "title": "A", "defaultPayout": {"payoutType": "CPA", "kept": 1}, "extra": 2,
    }  # fmt: skip
    assert refused.value.field_errors == {
        "advertiser_id": ["is unknown"],
        "default_payout.payout_type": ["is odd"],
        "colour": ["is grey"],
    }


def test_rows_of_a_report_whose_columns_are_described_come_in_our_words(vendor) -> None:
    row = {"type": "object", "properties": {"realTxId": {"type": "string"}}}
    page = {"type": "object", "properties": {"data": {"type": "array", "items": row}, "pageInfo": {}}}
    described = {"content": {"application/json": {"schema": {"properties": {"data": page}}}}}
    report = {"tags": ["Reports"], "summary": "Click Report", "responses": {"200": described}}
    DOCUMENT["paths"]["/clicks"] = {"get": report}
    rows = [{"realTxId": "a", "payOut": 1}]
    client, _ = vendor(answer(200, {"data": {"data": rows, "pageInfo": {"endCursor": "a"}}}))
    found = client.report("clickReport", [("integration_id", "1")])
    assert found.records == [{"real_tx_id": "a", "payOut": 1}]
    assert found.end_cursor == "a"


def test_what_the_vendor_adds_and_removes_is_followed() -> None:
    contract = builtin_contract().overlaid(DOCUMENT)
    body = contract.operation("createOffer").body_fields
    assert set(body) == {"advertiser_id", "name", "default_payout", "colour"}
    assert (body["name"].required, body["advertiser_id"].required) == (True, False)
    record = contract.record_fields("Offers")
    assert record["colour"].sent_as == "colour"
    # Updating an offer is still ours here, and has them.
    assert "currency" in record
    assert record["created_at"].sent_as == "created_at"
