"""Where the records of every resource lie in these tests, and how their addresses are read off a page."""

from tests.resources.pages import Page

#: Path parameters of every place a resource may lie in.
PLACE = {"integrationID": "int-eu", "offerID": "1001"}
READ_PAGES = ["list", "detail", "edit", "archive"]


def records_on(page: Page) -> set[str]:
    """The addresses of the records in the table."""
    return {link["href"] for link in page.all("a") if link["title"] and link["href"]}
