"""A record's page leads to the section of the form that one wants, and the form has its sections as an index."""

from urllib.parse import urldefrag

import pytest

from apps.accounts.models import Role
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db


def sections(page):
    """The anchors of a form's sections."""
    found = [element["id"] for tag in ("section", "details") for element in page.all(tag)]
    return [anchor for anchor in found if anchor.startswith("section-")]


def test_each_panel_that_can_be_edited_leads_to_its_section(admin, admin_client, resource, address):
    page = visit(admin_client, address("detail"))
    links = [link["href"] for link in page.all("a", data_command="edit_section")]
    assert links
    form = visit(admin_client, address("edit"))
    assert {urldefrag(link).fragment for link in links} <= set(sections(form))
    assert {urldefrag(link).url for link in links} == {address("edit")}
    admin.role = Role.VIEWER
    admin.save()
    assert visit(admin_client, address("detail")).all("a", data_command="edit_section") == []


def test_the_index_of_a_form_has_each_section_once(admin_client, resource, address):
    form = visit(admin_client, address("edit"))
    index = form.all("nav", class_="form-index")
    listed = [link["href"] for box in index for link in box.inner if link.tag == "a"]
    expected = sections(form)
    assert len(set(expected)) == len(expected)
    assert sorted(listed) == (sorted(f"#{anchor}" for anchor in expected) if len(expected) > 1 else [])
