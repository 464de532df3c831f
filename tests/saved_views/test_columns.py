"""The columns of a list, chosen for oneself or for all."""

import re

import pytest
from django.urls import reverse

from apps.saved_views.models import ListChoice
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db
OFFERS = "/integrations/int-eu/offers/"
DEFAULT = ["Name", "ID", "Status", "Default payout payout", "Default payout revenue"]


def heads(response) -> list[str]:
    """What stands above the columns, without the zone of times."""
    html = response.content.decode()
    found = re.findall(r'<th[^>]*scope="col"[^>]*>(.*?)</th>', html[html.index("<thead>") :], re.S)
    return [re.sub(r"<[^>]+>", "", head).strip().split(",")[0] for head in found]


@pytest.fixture
def columns_url(service):
    return reverse("saved_views:columns", args=[service.pk, "offers"])


def choose(client, url, *names, action="show", page=OFFERS):
    return client.post(url, {"columns": names, "action": action, "next": page})


def test_chosen_columns_are_shown_in_their_order_and_reset(admin_client, columns_url, sandbox):
    before = heads(admin_client.get(OFFERS))
    answer = choose(admin_client, columns_url, "currency", "active")
    assert answer["Location"] == OFFERS
    sandbox.journal()
    shown = heads(admin_client.get(OFFERS))
    assert shown[:3] == ["Name", "Currency", "Status"]
    choose(admin_client, columns_url, action="reset")
    assert heads(admin_client.get(OFFERS)) == before


def test_each_person_has_their_own(admin_client, manager_client, columns_url):
    before = heads(manager_client.get(OFFERS))
    choose(admin_client, columns_url, "currency")
    assert heads(manager_client.get(OFFERS)) == before


def test_an_admin_sets_the_columns_for_all_and_an_own_choice_stands_over_it(
    admin_client, manager_client, columns_url
):
    assert choose(manager_client, columns_url, "currency", action="for_all").status_code == 403
    assert not ListChoice.objects.exists()
    choose(admin_client, columns_url, "currency", action="for_all")
    assert heads(manager_client.get(OFFERS))[:2] == ["Name", "Currency"]
    choose(manager_client, columns_url, "visibility")
    assert heads(manager_client.get(OFFERS))[:2] == ["Name", "Visibility"]
    choose(admin_client, columns_url, action="drop_for_all")
    choose(manager_client, columns_url, action="reset")
    assert heads(manager_client.get(OFFERS))[1] == "ID"


def test_columns_of_the_address_win_and_unknown_ones_are_named(admin_client, columns_url):
    choose(admin_client, columns_url, "currency")
    answer = admin_client.get(f"{OFFERS}?columns=active&columns=secret_field")
    assert heads(answer)[:2] == ["Name", "Status"]
    assert "There is no column “secret_field” here" in answer.content.decode()


def test_a_file_has_the_columns_that_were_seen(admin_client, columns_url):
    choose(admin_client, columns_url, "currency", "created_at")
    [address] = re.findall(r'href="([^"]*csv[^"]*)"', admin_client.get(OFFERS).content.decode())
    answer = admin_client.get(address.replace("&amp;", "&"))
    first = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert first.replace('"', "").split(",") == ["name", "currency", "created_at"]


def test_hidden_fields_are_never_offered(admin_client, service):
    answer = admin_client.get(reverse("saved_views:columns", args=[service.pk, "users"]))
    assert 'value="password"' not in answer.content.decode()
    assert "password" not in [head.lower() for head in heads(admin_client.get("/users/?columns=password"))]


def test_up_and_down_work_without_javascript_and_none_is_refused(admin_client, columns_url):
    moved = choose(admin_client, columns_url, "id", "active", action="up:active").content.decode()
    assert moved.index('value="active"') < moved.index('value="id"')
    assert not ListChoice.objects.exists()
    assert choose(admin_client, columns_url).status_code == 422


def test_a_list_asks_the_database_for_no_more_once_its_choices_are_known(
    admin, admin_client, admin_connection, columns_url, django_assert_num_queries
):
    from apps.saved_views.choices import choices_of

    choose(admin_client, columns_url, "currency")
    choices_of(admin, admin_connection, "offers")
    with django_assert_num_queries(0):
        assert choices_of(admin, admin_connection, "offers").columns == ("currency",)


def test_an_unknown_list_is_not_there_and_a_person_without_a_key_gets_no_form(admin_client, manager, service):
    assert admin_client.get(f"/lists/{service.pk}/nothing/columns/").status_code == 404
    assert "Currency" not in signed_in(manager).get(f"/lists/{service.pk}/offers/columns/").content.decode()
