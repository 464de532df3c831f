"""What a page was made of is freed as soon as it is sent, not when the garbage collector comes."""

import gc
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

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
def page(admin_client):
    """Answers a request as a server does: Django's client of tests keeps what it was answered with."""
    cookies = {name: morsel.value for name, morsel in admin_client.cookies.items()}

    def answered(address):
        factory = RequestFactory()
        factory.cookies.load(cookies)
        statuses: list[str] = []

        def begin(status: str, *_: object) -> Any:
            statuses.append(status)

        content = b"".join(WSGIHandler()(factory.get(address).environ, begin))
        assert statuses == ["200 OK"]
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
