"""A page asks for the person's connections and integrations once."""

from django.db import connection as database
from django.test.utils import CaptureQueriesContext

OFFER = "/integrations/int-eu/offers/1001/"


def test_a_record_page_reads_connections_and_integrations_once(manager_client):
    manager_client.get(OFFER)
    with CaptureQueriesContext(database) as asked:
        assert manager_client.get(OFFER).status_code == 200
    tables = [query["sql"].split(' FROM "')[1].split('"')[0] for query in asked.captured_queries]
    assert tables.count("connections_connection") == 1
    assert tables.count("connections_integration") == 1
