"""A kept piece shows the values it is given, and nothing else of the page it was first drawn for."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone
from django.utils.safestring import SafeString

from apps.ui.templatetags.drawn_once import MOST_KEPT, DrawnOnceNode


def piece(inside: str, values: str = "") -> Template:
    return Template(f"{{% load drawn_once %}}{{% drawn_once {values} %}}{inside}{{% end_drawn_once %}}")


class Counted:
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __str__(self) -> str:
        self.asked += 1
        return "drawn"


def test_a_piece_is_drawn_again_for_other_values_alone():
    counted = Counted()
    template = piece("{{ counted }} for {{ name }}", "counted=counted name=name")
    pages = [template.render(Context({"counted": counted, "name": name})) for name in ("Ada", "Ben", "Ada")]
    assert pages == ["drawn for Ada", "drawn for Ben", "drawn for Ada"]
    assert counted.asked == 2


def test_a_piece_sees_nothing_that_it_is_not_given():
    template = piece("{{ name }}{{ secret }}", "name=name")
    assert template.render(Context({"name": "Ada", "secret": "of Ada"})) == "Ada"


def test_a_text_is_escaped_though_the_same_markup_was_drawn_before():
    template = piece("{{ value }}", "value=value")
    assert template.render(Context({"value": SafeString("<b>")})) == "<b>"
    assert template.render(Context({"value": "<b>"})) == "&lt;b&gt;"


def test_a_time_is_drawn_in_the_zone_of_each_person():
    template = piece("{{ moment|time:'H:i' }}", "moment=moment")
    moment = timezone.now()
    pages = set()
    for zone in ("UTC", "Asia/Tokyo"):
        with timezone.override(zone):
            pages.add(template.render(Context({"moment": moment})))
    assert len(pages) == 2


def test_only_so_many_forms_are_kept():
    template = piece("{{ number }}", "number=number")
    for number in range(MOST_KEPT + 20):
        template.render(Context({"number": number}))
    node = template.nodelist[-1]
    assert isinstance(node, DrawnOnceNode)
    assert len(node._kept) == MOST_KEPT


def test_a_value_without_a_name_is_refused():
    with pytest.raises(TemplateSyntaxError):
        piece("", "name")
