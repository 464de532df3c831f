"""The facts of a record's page: every value escaped, isolated and in its place."""

import pytest
from django.template import Context, Template

from apps.resources.details.panels import Fact, ShownPanel, fact_id
from apps.ui.cells import Cell

EVIL = "\"'><img src=x onerror=alert(1)>&amp;{{ 7 }}"
HEBREW = "שלום"


@pytest.fixture
def drawn():
    """Draws facts as a page does; `edited` names the field whose value was edited in its place."""
    template = Template("{% load facts %}{% facts panel edited %}")
    return lambda *facts, **context: template.render(
        Context({"panel": ShownPanel("Panel", facts), **context})
    )


@pytest.mark.parametrize("edit_url", ["", EVIL])
def test_no_text_of_a_record_becomes_markup(drawn, edit_url):
    fact = Fact(EVIL, Cell(EVIL, suffix=EVIL), EVIL, field=EVIL, id=fact_id(EVIL), edit_url=edit_url)
    html = drawn(fact)
    assert "<img" not in html
    assert "onerror" in html
    assert "\"'" not in html


def test_names_from_right_to_left_turn_nothing_around(drawn):
    html = drawn(Fact(HEBREW, Cell(HEBREW), id="fact-a", edit_url="/a/"))
    assert html.count(f"<bdi>{HEBREW}</bdi>") == 2
    assert f'aria-label="Edit \u2068{HEBREW}\u2069"' in html


def test_after_an_edit_its_own_fact_comes_first_and_the_others_beside(drawn):
    facts = [Fact(name, Cell(name), field=name, id=fact_id(name)) for name in ("name", "active")]
    unknown = Fact("shade", Cell("red"), field="shade")
    html = drawn(*facts, unknown, edited="active")
    assert '<div id="fact-name" hx-swap-oob="true">' in html
    assert '<div id="fact-active">' in html
    # HTMX could not find its place.
    assert "shade" not in html
    assert "hx-swap-oob" not in drawn(*facts, unknown)


def test_the_key_that_edits_is_told_to_whoever_uses_single_letters(drawn):
    first = Fact("Name", Cell("a"), id="fact-name", edit_url="/a/", command="edit_value")
    other = Fact("Payout", Cell("1"), id="fact-payout", edit_url="/b/")
    html = drawn(first, other, uses_letters=True)
    assert html.count("aria-keyshortcuts") == 1
    assert 'data-command="edit_value"' in html
    assert 'data-command="edit_other_value"' in html
    assert "aria-keyshortcuts" not in drawn(first, other, uses_letters=False)


def test_a_long_value_has_a_row_of_its_own(drawn):
    assert 'class="wide"' in drawn(Fact("Terms", Cell("x" * 61)))
    assert 'class="wide"' not in drawn(Fact("Terms", Cell("x" * 60)))
