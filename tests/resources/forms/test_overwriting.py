"""What somebody else changed while a form was open is shown, decided, and never lost."""

import html
import re

import pytest

from tests.support.people import signed_in

LIST = "/integrations/int-eu/offers/"


@pytest.fixture
def offer(admin_client):
    """The id of a plain offer and the address of its form."""
    return "1002"


def opened(client, offer):
    """The fields of the edit form as a browser would send them back."""
    page = client.get(f"{LIST}{offer}/edit/").content.decode()
    return fields_of(page)


def fields_of(page):
    form = page[page.index('class="form stack"') :]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if not name or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        unsaid = "on" if kind in ("checkbox", "radio") else ""
        data[name] = html.unescape(attributes.get("value", unsaid))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = html.unescape(chosen[1]) if chosen else ""
    return data


def stored(client, offer):
    return opened(client, offer)


def test_a_field_somebody_else_changed_is_asked_about_and_nothing_is_written(
    admin_client, manager, manager_connection, offer
):
    mine = opened(admin_client, offer)
    theirs = opened(signed_in(manager), offer)
    signed_in(manager).post(f"{LIST}{offer}/edit/", theirs | {"description": "theirs"})
    answer = admin_client.post(f"{LIST}{offer}/edit/", mine | {"description": "mine"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody changed this offer" in page
    assert "theirs" in page
    assert "mine" in page
    assert stored(admin_client, offer)["description"] == "theirs"


@pytest.mark.parametrize(("choice", "expected"), [("mine", "mine"), ("theirs", "theirs")])
def test_the_choice_decides(admin_client, manager, manager_connection, offer, choice, expected):
    mine = opened(admin_client, offer)
    signed_in(manager).post(
        f"{LIST}{offer}/edit/", opened(signed_in(manager), offer) | {"description": "theirs"}
    )
    asked = admin_client.post(f"{LIST}{offer}/edit/", mine | {"description": "mine"})
    again = fields_of(asked.content.decode()) | {"_choice.description": choice}
    assert admin_client.post(f"{LIST}{offer}/edit/", again).status_code == 302
    assert stored(admin_client, offer)["description"] == expected


def test_a_change_of_another_field_by_somebody_else_stays(admin_client, manager, manager_connection, offer):
    mine = opened(admin_client, offer)
    signed_in(manager).post(
        f"{LIST}{offer}/edit/", opened(signed_in(manager), offer) | {"description": "theirs"}
    )
    answer = admin_client.post(f"{LIST}{offer}/edit/", mine | {"name": "A new name"}, follow=True)
    assert "was saved. Somebody else changed Description meanwhile; that was kept." in answer.content.decode()
    now = stored(admin_client, offer)
    assert (now["name"], now["description"]) == ("A new name", "theirs")


def test_fields_left_alone_show_the_present_value_when_the_form_comes_back(
    admin_client, manager, manager_connection, offer
):
    mine = opened(admin_client, offer)
    changes = {"description": "theirs", "restriction_note": "also theirs"}
    signed_in(manager).post(f"{LIST}{offer}/edit/", opened(signed_in(manager), offer) | changes)
    asked = fields_of(
        admin_client.post(f"{LIST}{offer}/edit/", mine | {"description": "mine"}).content.decode()
    )
    assert asked["description"] == "mine"
    assert asked["restriction_note"] == "also theirs"


def test_the_same_change_made_twice_is_no_conflict(admin_client, manager, manager_connection, offer):
    mine = opened(admin_client, offer)
    signed_in(manager).post(
        f"{LIST}{offer}/edit/", opened(signed_in(manager), offer) | {"description": "same"}
    )
    assert admin_client.post(f"{LIST}{offer}/edit/", mine | {"description": "same"}).status_code == 302


@pytest.fixture
def theirs(manager, manager_connection, offer):
    """A function that changes the offer as somebody else does."""
    other = signed_in(manager)

    def changed(**values):
        answer = other.post(f"{LIST}{offer}/edit/", opened(other, offer) | values)
        assert answer.status_code == 302

    return changed


@pytest.fixture
def save(admin_client, offer):
    """A function that sends a form with changes: its status, and the form that came back."""

    def sent(fields, **changes):
        answer = admin_client.post(f"{LIST}{offer}/edit/", fields | changes)
        return answer.status_code, fields_of(answer.content.decode()) if answer.status_code != 302 else {}

    return sent


def choosing(choice):
    return {"_choice.description": choice}


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@pytest.mark.parametrize("meanwhile", ["a third text", ""])
def test_a_choice_counts_for_what_it_was_made_about_alone(
    admin_client, offer, theirs, save, choice, meanwhile
):
    mine = opened(admin_client, offer)
    theirs(description="theirs")
    _, asked = save(mine, description="mine")
    theirs(description=meanwhile or mine["description"])
    status, again = save(asked, **choosing(choice))
    assert status == 409
    assert stored(admin_client, offer)["description"] == (meanwhile or mine["description"])
    assert save(again, **choosing(choice))[0] == 302
    expected = "mine" if choice == "mine" else meanwhile or mine["description"]
    assert stored(admin_client, offer)["description"] == expected


def test_a_choice_nobody_was_asked_for_counts_for_nothing(admin_client, offer, theirs, save):
    mine = opened(admin_client, offer)
    theirs(description="theirs")
    assert save(mine, description="mine", **choosing("mine"))[0] == 409
    assert stored(admin_client, offer)["description"] == "theirs"


def test_what_is_changed_besides_while_deciding_is_no_conflict(admin_client, offer, theirs, save):
    mine = opened(admin_client, offer)
    theirs(description="theirs", restriction_note="also theirs")
    _, asked = save(mine, description="mine")
    assert save(asked, restriction_note="mine too", **choosing("mine"))[0] == 302
    now = stored(admin_client, offer)
    assert (now["description"], now["restriction_note"]) == ("mine", "mine too")


def test_what_was_asked_outlives_an_error_in_the_form(admin_client, offer, theirs, save):
    mine = opened(admin_client, offer)
    theirs(description="theirs", restriction_note="also theirs")
    _, asked = save(mine, description="mine")
    status, wrong = save(asked, name="", **choosing("mine"))
    assert status == 422
    # The choices are asked for again, and nothing but what was asked about before.
    status, again = save(wrong, name="A name")
    assert status == 409
    assert save(again, **choosing("theirs"))[0] == 302
    now = stored(admin_client, offer)
    assert (now["name"], now["description"], now["restriction_note"]) == ("A name", "theirs", "also theirs")


def test_what_was_decided_is_not_asked_again_after_the_api_refused(
    admin_client, offer, theirs, save, sandbox
):
    mine = opened(admin_client, offer)
    theirs(description="theirs")
    _, asked = save(mine, description="mine")
    sandbox.faults(
        {"kind": "status", "status": 422, "operation": "updateOffer", "body": {"message": "Not now."}}
    )
    status, refused = save(asked, **choosing("mine"))
    assert status == 422
    assert save(refused)[0] == 302
    assert stored(admin_client, offer)["description"] == "mine"


def test_what_was_chosen_stays_chosen_and_what_is_missing_is_named(admin_client, offer, theirs, save):
    mine = opened(admin_client, offer)
    theirs(description="theirs", restriction_note="also theirs")
    _, asked = save(mine, description="mine", restriction_note="also mine")
    assert "_choice.description" not in asked
    answer = admin_client.post(f"{LIST}{offer}/edit/", asked | choosing("mine"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Still to choose: Restriction note." in page
    again = fields_of(page)
    assert again["_choice.description"] == "mine"
    assert save(again, **{"_choice.restriction_note": "theirs"})[0] == 302
    now = stored(admin_client, offer)
    assert (now["description"], now["restriction_note"]) == ("mine", "also theirs")


def test_a_choice_about_what_has_changed_again_is_not_kept(admin_client, offer, theirs, save):
    mine = opened(admin_client, offer)
    theirs(description="theirs")
    _, asked = save(mine, description="mine")
    theirs(description="a third text")
    status, again = save(asked, **choosing("mine"))
    assert status == 409
    assert "_choice.description" not in again


def test_records_referred_to_are_called_by_their_names(admin_client, offer, theirs, sandbox):
    names = {
        str(key): sandbox.application.store.get(("org-main", "advertisers", ""), str(key))["name"]
        for key in (103, 104)
    }
    mine = opened(admin_client, offer)
    theirs(advertiser_id="103")
    answer = admin_client.post(f"{LIST}{offer}/edit/", mine | {"advertiser_id": "104"})
    assert answer.status_code == 409
    page = html.unescape(answer.content.decode())
    table = page[page.index('aria-label="Changed by somebody else"') :]
    assert f"<span>{names['103']} (103)</span>" in table
    assert f"<span>{names['104']} (104)</span>" in table


def test_a_save_without_anybody_elses_change_speaks_of_none(admin_client, offer):
    mine = opened(admin_client, offer)
    answer = admin_client.post(f"{LIST}{offer}/edit/", mine | {"name": "A new name"}, follow=True)
    assert "was saved." in answer.content.decode()
    assert "Somebody else" not in answer.content.decode()


def test_what_others_changed_besides_stands_in_the_table_of_conflicts(
    admin_client, offer, theirs, save, sandbox
):
    advertiser = sandbox.application.store.get(("org-main", "advertisers", ""), "103")["name"]
    mine = opened(admin_client, offer)
    theirs(description="theirs", restriction_note="also theirs", advertiser_id="103")
    answer = admin_client.post(f"{LIST}{offer}/edit/", mine | {"description": "mine"})
    page = html.unescape(answer.content.decode())
    table = page[page.index('aria-label="Changed by somebody else"') : page.index("</table>")]
    assert table.count("You left it alone: it stays as it is now") == 2
    assert "also theirs" in table
    assert f"{advertiser} (103)" in table
    assert "_choice.restriction_note" not in table
    answer = admin_client.post(
        f"{LIST}{offer}/edit/", fields_of(answer.content.decode()) | choosing("mine"), follow=True
    )
    said = "was saved. Somebody else changed Advertiser and Restriction note meanwhile; that was kept."
    assert said in answer.content.decode()


def test_what_others_changed_is_told_when_the_api_refuses_the_rest(admin_client, offer, theirs, sandbox):
    mine = opened(admin_client, offer)
    theirs(description="theirs")
    sandbox.faults(
        {"kind": "status", "status": 422, "operation": "updateOffer", "body": {"message": "Not now."}}
    )
    answer = admin_client.post(f"{LIST}{offer}/edit/", mine | {"name": "A new name"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody else changed Description meanwhile; the form has it as it is now." in page
    assert fields_of(page)["description"] == "theirs"


def test_a_hundred_interleaved_saves_lose_nothing(admin_client, manager, manager_connection, offer):
    other = signed_in(manager)
    for round_number in range(50):
        mine, theirs = opened(admin_client, offer), opened(other, offer)
        first = other.post(f"{LIST}{offer}/edit/", theirs | {"restriction_note": f"note {round_number}"})
        second = admin_client.post(f"{LIST}{offer}/edit/", mine | {"description": f"text {round_number}"})
        assert (first.status_code, second.status_code) == (302, 302)
        now = stored(admin_client, offer)
        assert now["restriction_note"] == f"note {round_number}"
        assert now["description"] == f"text {round_number}"
