"""The key of views has a control to press."""

import pytest

from tests.offers.conftest import LIST
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db


def test_the_views_of_a_list_open_by_their_key(admin_client):
    assert visit(admin_client, LIST).one("summary", id="views")["data-command"] == "views"
