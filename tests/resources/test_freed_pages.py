"""What a page was made of is freed as soon as it is sent, not when the garbage collector comes."""

import gc
import logging
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.views import View

from apps.resources.scope import Scope
from apps.ui.cells import Cell
from apps.ui.tables import Row


@pytest.fixture
def _no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def _no_log():
    """A record of the log that pytest keeps would keep the request that it is about."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def page(admin_client):
    """Answers a request as a server does: Django's client of tests keeps what it was answered with."""
    cookies = {name: morsel.value for name, morsel in admin_client.cookies.items()}

    def answered(address, status="200 OK"):
        factory = RequestFactory()
        factory.cookies.load(cookies)
        statuses: list[str] = []

        def begin(status: str, *_: object) -> Any:
            statuses.append(status)

        answer = WSGIHandler()(factory.get(address).environ, begin)
        content = b"".join(answer)
        answer.close()
        assert statuses == [status]
        return content

    return answered


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize(
    "address", ["/integrations/int-eu/offers/?page[size]=25", "/integrations/int-eu/offers/1001/"]
)
def test_rows_and_cells_of_a_page_are_gone_once_it_is_sent(page, address):
    kept = (Row, Cell, Scope)
    # What columns share is made by the first page.
    page(address)
    gc.collect()
    before = {id(one) for one in gc.get_objects() if isinstance(one, kept)}
    assert b"Crestview" in page(address)
    assert [one for one in gc.get_objects() if isinstance(one, kept) and id(one) not in before] == []


@pytest.mark.usefixtures("_no_collector", "_no_log")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", "200 OK"),
        ("/connections/", "200 OK"),
        ("/preferences/", "200 OK"),
        # What the API refused is no reason to keep a page either.
        ("/integrations/int-eu/offers/999999/", "404 Not Found"),
        ("/integrations/int-eu/offers/999999/edit/", "404 Not Found"),
        ("/publishers/999999/links/", "404 Not Found"),
    ],
)
def test_a_view_is_gone_once_its_answer_is_sent(page, address, status):
    page(address, status)
    gc.collect()
    # Other tests of this process may hold views of theirs.
    before = {id(one) for one in gc.get_objects() if isinstance(one, View)}
    page(address, status)
    assert [one for one in gc.get_objects() if isinstance(one, View) and id(one) not in before] == []
