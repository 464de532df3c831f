"""An icon that a template names itself is a part of its text; one that it is given is drawn when the page is."""

import pytest
from django.template import Context, Template
from django.template.base import TextNode
from lucide import IconDoesNotExist


def test_a_named_icon_is_drawn_when_the_template_is_read():
    template = Template('{% load lucide %}<b>{% lucide "check" size=16 aria_hidden="true" %}</b>')
    assert all(isinstance(node, TextNode) for node in list(template.nodelist)[1:])
    drawn = template.render(Context())
    assert drawn.startswith("<b><svg") and 'width="16"' in drawn and 'aria-hidden="true"' in drawn


@pytest.mark.parametrize("icon", ["check", "star"])
def test_an_icon_that_is_given_is_drawn_with_the_page(icon):
    named = Template(f'{{% load lucide %}}{{% lucide "{icon}" size=16 %}}')
    given = Template("{% load lucide %}{% lucide icon size=size %}")
    assert given.render(Context({"icon": icon, "size": 16})) == named.render(Context())


def test_an_icon_that_does_not_exist_is_told_when_the_template_is_read():
    with pytest.raises(IconDoesNotExist):
        Template('{% load lucide %}{% lucide "no-such-icon" %}')
