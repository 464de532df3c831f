"""What is said of a change is heard as it is read: without its markup, and to the letter."""

import pytest
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils.html import format_html

NAME = "Tom & <b>Jerry</b>"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (f"{NAME} was deactivated.", f"{NAME} was deactivated."),
        (
            format_html('{} was deactivated. <a href="/bulk/1/">See the run</a>', NAME),
            f"{NAME} was deactivated. See the run",
        ),
    ],
)
def test_a_message_is_announced_in_words(said, heard):
    template = Template('{% load message_actions %}<div data-announce="{{ said|words }}"></div>')
    drawn = template.render(Context({"said": [Message(SUCCESS, said), Message(SUCCESS, "Kept.")]}))
    escaped = f"{heard} Kept.".replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert drawn == f'<div data-announce="{escaped}"></div>'
