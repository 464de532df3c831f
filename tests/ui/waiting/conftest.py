"""A browser that runs scripts: it says so by a cookie, and asks for pages as browsers do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.test import Client

from apps.ui.waiting import background, frame_first, known_pages

OFFERS = "/integrations/int-eu/offers/"


@pytest.fixture
def with_scripts(transactional_db, admin_client: Client) -> Iterator[Client]:
    """The admin's browser after its first page."""
    admin_client.cookies["scripts"] = "1"
    admin_client.defaults["HTTP_ACCEPT"] = "text/html"
    yield admin_client
    # No view is still at work when the database of the test is emptied.
    background._threads().shutdown()
    background._threads.cache_clear()


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A page that answers is whole on a busy machine too; `impatient` is for those that do not."""
    monkeypatch.setattr(frame_first, "PATIENCE_SECONDS", 30)


@contextmanager
def impatient() -> Iterator[None]:
    """A page that has no answer yet begins with its frame."""
    with patch.object(frame_first, "PATIENCE_SECONDS", 0.05):
        yield


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    """No page of one test is known in another."""
    monkeypatch.setattr(known_pages, "_pages", type(known_pages._pages)())


@pytest.fixture
def rest_of(with_scripts: Client) -> Callable[[str, str], object]:
    """What HTMX gets that asks for the rest of a frame: `rest_of(address, page)`."""

    def rest_of(address: str, page: str):
        name = page.partition("X-Answer&quot;: &quot;")[2].partition("&quot;")[0]
        assert name, "The page is no frame."
        return with_scripts.get(
            address, headers={"HX-Request": "true", "HX-Target": "main", "X-Answer": name}
        )

    return rest_of
