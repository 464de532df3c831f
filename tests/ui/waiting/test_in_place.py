"""What a script puts in the place of a list: the main part of a record's page, read and counted as the page is."""

import pytest

from apps.accounts.models import User
from apps.shortcuts.reader import shortcuts_for
from tests.ui.waiting.conftest import OFFERS, impatient

RECORD = f"{OFFERS}1001/"
LINK = {"Referer": f"http://testserver{OFFERS}"}
IN_PLACE = {**LINK, "X-In-Place": "1"}


def calls(sandbox) -> int:
    return len(sandbox.journal("getOffer"))


def test_the_main_part_comes_alone_with_what_it_needs(with_scripts, sandbox):
    page = with_scripts.get(RECORD, headers=LINK).content.decode()
    answer = with_scripts.get(RECORD, headers=IN_PLACE)
    part = answer.content.decode()
    assert answer["X-In-Place"] == "1"
    assert answer["Cache-Control"] == "private, no-store"
    assert part.startswith("<title>") and part.endswith("</main>")
    assert "<html" not in part and "components" not in part
    for needed in ('<main id="main"', "css/lookup", "js/in_place", 'id="history"'):
        assert needed in part and needed in page


def test_it_counts_as_opened(with_scripts, sandbox, admin):
    with_scripts.get(RECORD, headers=IN_PLACE)
    assert [record.url for record in shortcuts_for(admin, None).recents] == [RECORD]


def test_it_says_how_many_notifications_are_unread(with_scripts, sandbox, admin):
    User.objects.filter(pk=admin.pk).update(unread_notifications=2)
    assert with_scripts.get(RECORD, headers=IN_PLACE)["X-Unread"] == "2"


def test_what_was_asked_for_ahead_is_put_there_without_another_call(with_scripts, sandbox):
    with_scripts.get(RECORD, headers={**LINK, "X-Ahead": "1"})
    assert with_scripts.get(RECORD, headers=IN_PLACE).status_code == 200
    assert calls(sandbox) == 1


def test_a_slow_record_sends_the_browser_to_its_frame_and_is_asked_for_once(with_scripts, sandbox, rest_of):
    # The list that it is opened from has left its cookies.
    with_scripts.get(OFFERS)
    sandbox.latency(300)
    with impatient():
        # Asked for twice, as by two clicks, it is still no part that could be put anywhere.
        for _ in range(2):
            answer = with_scripts.get(RECORD, headers=IN_PLACE)
            assert (answer.status_code, answer.content) == (204, b"")
    page = with_scripts.get(RECORD, headers=LINK).content.decode()
    assert 'id="history"' in rest_of(RECORD, page).content.decode()
    assert calls(sandbox) == 1


@pytest.mark.parametrize("status", [404, 403])
def test_anything_but_a_page_is_left_to_the_browser(with_scripts, sandbox, status):
    sandbox.faults({"kind": "status", "operation": "getOffer", "status": status})
    assert "X-In-Place" not in with_scripts.get(RECORD, headers=IN_PLACE)
