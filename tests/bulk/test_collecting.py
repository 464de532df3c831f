"""All that match a list are collected once each, whatever happens to the list while it is read page by page."""

import pytest

from apps.bulk.states import RowState, State
from tests.bulk.conftest import planned, states_of

pytestmark = pytest.mark.django_db(transaction=True)

QUERY = "?filter[name][contains]=Bulk&sort=name"


@pytest.fixture
def meanwhile(sandbox, monkeypatch):
    """Has something happen once, right before the list's page of that number is answered."""

    def planned_for(page, happen, times=1):
        answer, left = sandbox.application.answer, [times]

        def answering(request):
            if left[0] and request.path.endswith("/offers") and ("page[number]", str(page)) in request.query:
                left[0] -= 1
                happen()
            return answer(request)

        monkeypatch.setattr(sandbox.application, "answer", answering)

    return planned_for


def test_a_record_that_is_removed_while_the_list_is_read_moves_no_other_out_of_it(offers, start, meanwhile):
    keys = offers.add(250)
    meanwhile(3, lambda: offers.remove(keys[0]))
    run = planned(start(is_matching=True, query=QUERY, expected=250))
    states = states_of(run)
    assert {key for key, state in states.items() if state == RowState.PLANNED} == set(keys[1:])
    assert "When you selected them 250 matched; 249 were found now." in run.uncertainty


def test_a_record_that_is_added_while_the_list_is_read_is_found_too(offers, start, meanwhile):
    keys = offers.add(250)
    meanwhile(3, lambda: offers.add(1, first=400_000))
    run = planned(start(is_matching=True, query=QUERY, expected=250))
    assert set(states_of(run)) == {*keys, "400000"}
    assert len(states_of(run)) == run.rows.count() == 251


def test_a_record_that_moves_between_two_pages_is_one_row(offers, start, meanwhile):
    keys = offers.add(250)
    meanwhile(3, lambda: offers.change(keys[0], name="Bulk 999999 at the end"))
    run = planned(start(is_matching=True, query=QUERY, expected=250))
    assert set(states_of(run)) == set(keys)
    assert run.rows.count() == 250
    assert run.uncertainty == ""


def test_a_list_that_never_stands_still_is_said_to_be_uncertain(offers, start, meanwhile):
    keys = offers.add(250)
    gone = iter(keys)
    meanwhile(3, lambda: offers.remove(next(gone)), times=9)
    run = planned(start(is_matching=True, query=QUERY, expected=250))
    assert run.state == State.PLANNED
    assert "changed each of the 3 times it was read" in run.uncertainty


def test_more_than_one_run_may_change_are_not_planned(offers, start, settings):
    settings.BULK_MAXIMUM_ROWS = 120
    offers.add(130)
    run = start(is_matching=True, query=QUERY)
    from tests.bulk.conftest import advance_until

    advance_until(run, State.FAILED)
    assert "130 records match; one run changes at most 120" in run.message
