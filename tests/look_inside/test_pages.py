"""The page: first rows at once, then filters, sort, groups."""

from tests.look_inside.conftest import step
from tests.look_inside.files import CSV


def test_the_first_rows_are_there_at_once_and_all_of_them_after_the_worker(admin_client, host, page_url):
    host.content = CSV.encode()
    page = admin_client.get(page_url)
    text = page.content.decode()
    assert "Preparing the whole file" in text
    assert "Winter, late" in text
    assert step().is_ready
    text = admin_client.get(page_url).content.decode()
    assert "Preparing" not in text
    assert "5 rows" in text
    assert "Winter, late" in text
