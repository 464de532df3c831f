"""What the answer to a change, and the record as it is read back, say of it together."""

import pytest

from apps.api.errors import KeyRejected, NotPermitted, RateLimited, RequestRefused
from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.results import Judge, refused

SUMMER = PlannedChange(Change("offers", {}, "1", None), "Summer", {"id": 1, "name": "Summer"})


@pytest.mark.parametrize(("mark", "outcome"), [({"lifecycle": "binned"}, "done"), ({}, "unknown")])
def test_any_change_after_an_accepted_archiving_is_its_mark(mark, outcome):
    before = {"id": 1, "name": "Summer"}
    result = Judge({}, str).result(SUMMER, None, {**before, **mark}, was_sent_alone=False)
    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("error", "may_be"),
    [(KeyRejected, True), (RateLimited, True), (NotPermitted, False), (RequestRefused, False)],
)
def test_a_refusal_of_the_key_or_of_the_pace_may_be_sent_again_and_one_of_the_change_may_not(error, may_be):
    result = refused(SUMMER, error("deleteOffer", "No.", status=400))
    assert (result.outcome, result.may_be_sent_again) == ("failed", may_be)
