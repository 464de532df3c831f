"""Answers that are well-formed and still say nothing: never shown as an empty list or an empty record."""

from tests.resources.rules import visit

LIST = "/integrations/int-eu/offers/"


def answered(sandbox, operation, body):
    sandbox.faults({"operation": operation, "times": 5, "kind": "status", "status": 200, "body": body})


def test_a_list_that_counts_records_and_sends_none_is_a_failure(admin_client, sandbox):
    answered(sandbox, "listOffers", {"data": [], "meta": {"total_count": 5, "total_page": 1}})
    text = visit(admin_client, LIST, status=502).response.content.decode()
    assert "The API sent no records" in text
    assert "Try again" in text
    assert "No offers yet" not in text


def test_a_list_without_entries_may_be_null(admin_client, sandbox):
    answered(sandbox, "listOffers", {"data": None, "meta": {"total_count": 0, "total_page": 0}})
    assert "No offers yet" in visit(admin_client, LIST).text


def test_an_object_without_any_field_of_the_contract_is_no_record(admin_client, sandbox):
    answered(sandbox, "getOffer", {"data": {"1": 2}})
    text = visit(admin_client, f"{LIST}1001/", status=502).response.content.decode()
    assert "unreadable answer" in text
    assert "Edit" not in text


def test_an_id_with_a_control_character_is_never_asked_for(admin_client, calls):
    visit(admin_client, f"{LIST}%00/", status=404)
    assert "getOffer" not in calls()
    assert "listOffers" not in calls()


def test_a_parameter_that_stands_twice_is_named(admin_client):
    text = visit(admin_client, f"{LIST}?page[number]=2&page[number]=1").response.content.decode()
    assert "stands 2 times" in text
    text = visit(admin_client, f"{LIST}?sort=name,-name").response.content.decode()
    assert "is sorted by twice" in text
