"""Publishers: lists in forms, look-ups, and values no list knows."""

import pytest
from django.template.loader import render_to_string
from django.test.signals import template_rendered

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from tests.resources.pages import Page
from tests.resources.rules import visit

LIST = "/publishers/"
PLACE = ("org-main", "publishers")


@pytest.fixture
def publisher(sandbox):
    """Sets fields of publisher 5001 behind everybody's back, and reads it."""
    store = sandbox.application.store
    place = next(p for p in store.places() if p[:2] == PLACE) if hasattr(store, "places") else (*PLACE, "")

    def change(**values):
        record = store.get(place, "5001")
        assert record is not None
        if values:
            with store.lock:
                store.write([(place, "5001", {**record, **values})])
        return store.get(place, "5001")

    return change


def save(client, **changes):
    page = visit(client, f"{LIST}5001/edit/")
    return client.post(f"{LIST}5001/edit/", {**page.fields(), **changes})


def test_countries_are_chosen_by_name_and_sent_as_codes(admin_client, publisher):
    publisher(countries=["DE"])
    text = visit(admin_client, f"{LIST}5001/edit/").response.content.decode()
    assert "Germany" in text
    assert save(admin_client, countries=["DE", "FR"]).status_code == 302
    assert publisher()["countries"] == ["DE", "FR"]


def test_a_country_no_list_knows_stays_chosen(admin_client, publisher):
    publisher(countries=["DE", "XX"], country="ZZ")
    assert save(admin_client, city="Porto").status_code == 302
    assert (publisher()["countries"], publisher()["country"]) == (["DE", "XX"], "ZZ")


def test_tracking_domains_are_one_on_each_line(admin_client, publisher):
    publisher(tracking_domain_ids=["a"])
    assert save(admin_client, tracking_domain_ids="a\r\nb\r\n").status_code == 302
    assert publisher()["tracking_domain_ids"] == ["a", "b"]


def test_email_and_phone_are_links_only_when_they_are_such(admin_client, publisher):
    publisher(email="jane@example.com", phone="+1 (555) 01-00", website="javascript:alert(1)")
    page = visit(admin_client, f"{LIST}5001/")
    links = [element["href"] for element in page.all("a")]
    assert "mailto:jane@example.com" in links
    assert "tel:+15550100" in links
    publisher(email='x" onclick="y', phone="call me")
    links = [element["href"] for element in visit(admin_client, f"{LIST}5001/").all("a")]
    assert not [link for link in links if link.startswith(("mailto:", "tel:"))]


def test_the_manager_is_shown_by_name_and_found_by_email(admin_client, publisher):
    publisher(manager_id="usr-main-002")
    assert "Ines Kowalska" in visit(admin_client, f"{LIST}5001/").response.content.decode()
    for typed in ("user2@", "ines", "Ines Kowal", "usr-main-002"):
        found = admin_client.get(f"/users/suggest/?q={typed}").content.decode()
        assert 'data-value="usr-main-002"' in found, typed


def test_a_list_of_choices_is_filtered_by_one_of_them(admin_client, sandbox):
    fragment = Page(admin_client.get("/publishers/filter/?filter_field=promotional_method"))
    assert fragment.all("option", value="Email")
    page = visit(admin_client, "/publishers/?filter[promotional_method]=Carrier pigeons")
    assert "is not one of" in page.text
    assert not [name for name, _value in sandbox.journal("listPublishers")[0]["query"] if "filter" in name]


@pytest.mark.parametrize("name", ["publishers", "users"])  # boxes and selects, selects alone
def test_a_long_list_of_choices_is_not_drawn_by_a_template_for_each(name):
    resource = registry.named(name)
    operation = builtin_contract().for_tag(resource.tag)["update"]
    form = resource.form_class(operation=operation, original={"name": "x", "countries": ["DE", "<Narnia>"]})
    drawn: list[object] = []

    def count(**_signal):
        drawn.append(1)

    template_rendered.connect(count)
    try:
        context = {"form": form, "sections": form.sections(), "resource": resource}
        html = render_to_string("resources/_form_body.html", context)
    finally:
        template_rendered.disconnect(count)
    assert "Germany" in html
    assert "<Narnia>" not in html
    assert len(drawn) < 150
