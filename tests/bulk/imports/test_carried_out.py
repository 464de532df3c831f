"""An import that is carried out: records are created once and changed as the file says."""

import pytest

from apps.audit.models import Entry
from apps.bulk.models import BulkRun
from apps.bulk.states import RowState, State
from apps.resources import registry
from tests.bulk.conftest import carried_out
from tests.bulk.imports.conftest import PLACE, checked, csv_of

pytestmark = pytest.mark.django_db


def records_of(sandbox, name):
    """What the API holds where the tests import to."""
    resource = registry.named(name)
    kind = sandbox.application.contract.kind_of(resource.tag)
    return sandbox.application.store.records(
        ("org-main", kind, "/".join(PLACE[one] for one in resource.path_parameters))
    )


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("offers", {"advertiser_id": "101", "default_payout.payout": "1,5"}),
        ("publishers", {"countries": "US; DE", "phone": "0049 30"}),
        ("advertisers", {"country": "Germany"}),
        ("offer_events", {"payout": "2,25", "payout_type": "cpa"}),
        ("landing_pages", {"redirect_url": "https://a.example/?tx={transaction_id}"}),
    ],
)
def test_rows_create_and_change_what_they_say(admin_client, sandbox, name, more):
    before = records_of(sandbox, name)
    key = str(before[0]["id"])
    rows = [
        ["id", "name", "active", *more],
        [key, "Changed by a file", "", *[""] * len(more)],
        ["", "Made by a file", "ja", *more.values()],
        ["", "Made by it too", "nein", *more.values()],
    ]
    file, result = checked(admin_client, csv_of(rows, delimiter=";", encoding="cp1252"), name)
    assert (result.bad_count, result.creation_count, result.update_count) == (0, 2, 1), result.problems
    admin_client.post(file.check_url, {"rows": "all"})
    run = carried_out(BulkRun.objects.latest("created_at"))
    assert run.state == State.FINISHED
    assert list(run.rows.values_list("line", "state")) == [(line, RowState.DONE) for line in (2, 3, 4)]
    after = {record["name"]: record for record in records_of(sandbox, name)}
    assert len(after) == len({record["name"] for record in before}) + 2
    assert str(after["Changed by a file"]["id"]) == key
    assert [after[made]["active"] for made in ("Made by a file", "Made by it too")] == [True, False]
    assert Entry.objects.filter(batch=run.pk).count() == 3
