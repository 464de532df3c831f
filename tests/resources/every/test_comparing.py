"""Records of every resource side by side: by address and from a selection, with whatever is wrong with either."""

from urllib.parse import urlencode

import pytest

from apps.resources.details.comparison import MOST
from tests.resources.every.places import PLACE, kept_at
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def compare(resource):
    """A function from ids to the address that compares them."""

    def address_of(*ids, **more):
        pairs = [*(("id", key) for key in ids), *more.items()]
        return f"{resource.url('compare', PLACE)}?{urlencode(pairs)}"

    return address_of


@pytest.fixture
def ids(resource, sandbox):
    """The ids of one record more than can be compared; the second has a name of its own."""
    store, place = sandbox.application.store, kept_at(resource, sandbox)
    with store.lock:
        store.write([(place, "1002", {**store.get(place, "1002"), resource.title_field: "Another one"})])
    return [str(1001 + number) for number in range(MOST + 1)]


def heads(page):
    """The texts above the columns."""
    return [head.text for head in page.all("th", scope="col")][1:]


def test_two_records_stand_side_by_side_by_one_call_each(
    admin_client, resource, compare, ids, operations, calls
):
    calls()
    page = visit(admin_client, compare(*ids[:2]))
    assert page.one("h1").text == f"Compare 2 {resource.label_plural.lower()}"
    assert calls().count(operations["get"].id) >= 2
    assert operations["list"].id not in calls()
    assert [key in head for key, head in zip(ids, heads(page), strict=False)] == [True, True]
    fields = {row.text.partition("differs")[0].strip() for row in page.all("th", scope="row")}
    hidden = {resource.label_of(name) for name in resource.hidden_fields}
    assert fields
    assert not fields & hidden


def test_only_differences_leaves_out_what_is_alike(admin_client, compare, ids):
    whole = visit(admin_client, compare(*ids[:2]))
    only = visit(admin_client, compare(*ids[:2], only="differences"))
    differing = [row.text for row in whole.all("th", scope="row") if row.text.endswith("differs")]
    assert [row.text for row in only.all("th", scope="row")] == differing
    assert len(whole.all("th", scope="row")) > len(differing) > 0


def test_a_record_that_is_gone_leaves_the_other_its_column(admin_client, compare, ids):
    page = visit(admin_client, compare(ids[0], "999999"))
    assert "This no longer exists" in heads(page)[1]
    assert "not read" in page.text
    assert "differs" not in {row.text for row in page.all("th", scope="row")}


@pytest.mark.engine
def test_where_all_are_gone_the_page_says_so_of_each(admin_client, compare):
    page = visit(admin_client, compare("999998", "999999"), status=404)
    assert all("This no longer exists" in head for head in heads(page))


@pytest.mark.engine
@pytest.mark.parametrize(("sent", "answered"), [(403, 403), (500, 502)])
def test_where_none_can_be_read_the_error_is_the_page(
    admin_client, compare, ids, operations, sandbox, sent, answered
):
    sandbox.faults({"kind": "status", "status": sent, "operation": operations["get"].id, "times": None})
    visit(admin_client, compare(*ids[:2]), status=answered)


@pytest.mark.engine
def test_what_is_wrong_with_the_address_is_said_and_the_rest_compared(admin_client, compare, ids):
    assert not heads(visit(admin_client, compare()))
    one = visit(admin_client, compare(ids[0], ids[0], "no id"))
    assert not heads(one)
    assert "“no id” is not an ID" in one.text
    assert "Named twice, and taken once" in one.text
    page = visit(admin_client, compare(*ids[:2], "1,2"))
    assert len(heads(page)) == 2
    assert "“1,2” is not an ID" in page.text


@pytest.mark.engine
def test_of_six_the_first_five_are_compared_and_the_page_says_so(admin_client, compare, ids):
    page = visit(admin_client, compare(*ids))
    assert len(heads(page)) == MOST
    assert "At most 5" in page.text
    assert not page.all("input", name="add")


@pytest.mark.engine
def test_a_selection_leads_to_its_address(admin_client, compare, ids):
    response = admin_client.post(compare(), {"id": ids[:2], "list": "?sort=id"})
    assert (response.status_code, response["Location"]) == (302, compare(*ids[:2]))


@pytest.mark.engine
def test_another_record_is_added_by_its_name_or_id(admin_client, compare, ids):
    response = admin_client.get(compare(ids[0], add=ids[1]))
    assert (response.status_code, response["Location"]) == (302, compare(*ids[:2]))
    page = visit(admin_client, compare(ids[0], add="nothing is called like this"), status=422)
    assert "has the name or ID" in page.text
