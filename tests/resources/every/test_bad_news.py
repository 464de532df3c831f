"""What the API cannot or does not want to answer is said in words, and never looks like an empty list."""

from urllib.parse import unquote, urlsplit

import pytest
from django.urls import reverse

from apps.api.contract.contract import builtin_contract
from apps.ui.columns import ReferenceColumn
from tests.resources.every.bad_news import BAD_NEWS
from tests.resources.rules import visit
from tests.support.people import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def bad_news(news, operations, sandbox, settings):
    """A fault of every call that reads the resource, with the status and words it must lead to."""
    settings.PAGE_DEADLINE_SECONDS = 0.9
    rule, status, words = BAD_NEWS[news]
    reads = {operations["list"].id, operations["get"].id}
    sandbox.faults(*({**rule, "operation": operation, "times": None} for operation in reads))
    return status, words


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
def test_a_list_that_cannot_be_read_says_why_and_is_never_empty(
    admin_client, resource, list_url, bad_news, fragment
):
    status, words = bad_news
    page = visit(admin_client, list_url + "?filter[id][gt]=5&sort=-id", status=status, fragment=fragment)
    alert = page.one("section", role="alert").text
    assert (words or "This no longer exists") in alert
    assert "Nothing was changed." in alert
    assert "Traceback" not in page.text
    assert not page.all("table")
    assert f"No {resource.label_plural.lower()}" not in page.text
    # The filters stay, so that the cause can be mended.
    assert "is more than 5" in page.text
    assert unquote(urlsplit(page.link("Try again")).query) == "filter[id][gt]=5&sort=-id"
    if status == 429:
        assert page.response["Retry-After"] == "30"
    if "key was refused" in alert:
        assert page.link("Replace the key") == reverse("connections:list")


@pytest.mark.parametrize("name", ["detail", "edit", "archive"])
def test_a_record_that_cannot_be_read_says_why(admin_client, address, resource, bad_news, name):
    status, words = bad_news
    page = visit(admin_client, address(name), status=status)
    assert (words or f"This {resource.label.lower()} is gone") in page.text
    assert len(page.all("h1")) == 1
    if status == 429:
        assert page.response["Retry-After"] == "30"
    if words is not None:
        assert page.link("Try again") == address(name)


@pytest.mark.engine
def test_an_api_nobody_answers_for_is_a_page_too(admin_client, service, list_url, settings):
    settings.PAGE_DEADLINE_SECONDS = 0.9
    service.base_url = "http://127.0.0.1:9/api/v2"
    service.save()
    connection = service.connections.get()
    connect(connection.owner, service, "any-key-will-do-here")
    page = visit(admin_client, list_url, status=504)
    assert "The API cannot be reached" in page.text


def referenced_tags(resource):
    """The tags whose records' names the list shows."""
    return {column.tag for column in resource.columns if isinstance(column, ReferenceColumn)} - {resource.tag}


@pytest.mark.resources(that_fit=referenced_tags)
def test_names_that_cannot_be_read_cost_no_page(admin_client, resource, list_url, sandbox):
    tags = referenced_tags(resource)
    operations = [operation for tag in tags for operation in builtin_contract().for_tag(tag).values()]
    sandbox.faults(*({"kind": "status", "status": 403, "operation": o.id, "times": None} for o in operations))
    page = visit(admin_client, list_url)
    assert len(page.rows) == 50
    assert [c for c in page.all("td") if c.text.startswith("#")]
