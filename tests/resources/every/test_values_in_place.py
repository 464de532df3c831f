"""Values edited beside the facts of a record's page: those that the resource says are."""

from urllib.parse import parse_qs, urlsplit

import pytest

from apps.accounts.models import Role, User
from apps.resources.details.panels import fact_id
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.resources(that_fit=lambda resource: resource.row_fields)]

#: As HTMX asks from within a fact: no element with an id is its target.
IN_PLACE = {"HX-Request": "true"}


def pencils(page):
    return [link for link in page.all("a") if "/field/?name=" in link["href"] and link["hx-get"]]


def test_each_such_value_has_a_pencil_that_opens_it_alone_and_says_when_nothing_changed(
    admin_client, resource, address, sent
):
    page = visit(admin_client, address("detail"))
    found = pencils(page)
    assert {link["aria-label"] for link in found} == {
        f"Edit {resource.label_of(name).lower()}" for name in resource.row_fields
    }
    for link in found:
        opened = Page(admin_client.get(link["hx-get"], headers=IN_PLACE))
        [form] = opened.all("form")
        assert form["hx-post"] == link["hx-get"]
        [name] = parse_qs(urlsplit(link["href"]).query)["name"]
        response = admin_client.post(form["hx-post"], opened.fields(), headers=IN_PLACE, follow=True)
        assert response["HX-Retarget"] == f"#{fact_id(name)}"
        answer = Page(response)
        assert "Nothing was changed" in answer.one("div", id="toast").text
        fact = answer.one("div", id=fact_id(name))
        assert "hx-swap-oob" not in fact.attributes
        assert link["href"] in {one["href"] for one in fact.inner}
    assert sent == []


def test_who_may_not_edit_sees_no_pencil(service, address, sandbox):
    viewer = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(viewer, service, sandbox.admin_key)
    assert pencils(visit(signed_in(viewer), address("detail"))) == []
