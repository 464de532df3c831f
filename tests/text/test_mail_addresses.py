"""Addresses as they are typed, and as mail programs copy them."""

import pytest
from django.forms import ValidationError

from apps.exports.request.file_form import RecipientsField
from apps.text.mail_addresses import addresses_in

ADA, BOB = "ada@example.com", "bob@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com, bob@example.com",
        "ada@example.com bob@example.com",
        "ada@example.com\nbob@example.com\n",
        "ada@example.com;bob@example.com;",
        "ada@example.com\xa0\tbob@example.com",
        '"Lovelace, Ada" <ada@example.com>; "Bab;bage, Bob" <bob@example.com>;',
        "Lovelace, Ada <ada@example.com>, Babbage, Bob <bob@example.com>",
        "Lovelace, Ada <ada@example.com>; Babbage, Bob <bob@example.com>",
        "“Lovelace, Ada” <ada@example.com>, „Babbage; Bob“ <bob@example.com>",
        '"Ada \\"The, First\\" L." <ada@example.com>, <bob@example.com>',
        "Ada <ada@example.com> Bob <bob@example.com>",
        "ada@example.com <ada@example.com>, bob@example.com <mailto:bob@example.com>",
        "Team: ada@example.com, Bob <bob@example.com>;",
        "undisclosed recipients:; ada@example.com, bob@example.com",
        "mailto:ada@example.com?subject=Hi; MAILTO:bob%40example.com",
        "ada@example.com (Ada, the first), bob@example.com (x)",
        "ada@example.com；bob@example.com，",
        "\u200bada@example.com\ufeff, \u200ebob@example.com",
        '"Ada <ada@example.com>, bob@example.com',
        "Ada (unclosed <ada@example.com>, bob@example.com",
    ],
)
def test_addresses_are_read_as_mail_programs_write_them(text):
    assert addresses_in(text) == [ADA, BOB]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" ,; \n", []),
        ("nope", ["nope"]),
        ("nope\nAda <ada@example.com>", ["nope", ADA]),
        ("nope; Ada <ada@example.com>", ["nope", ADA]),
        ("Ada ada@example.com", ["Ada", ADA]),
        ('"ada lovelace"@example.com', ['"ada lovelace"@example.com']),
        ("<>", []),
    ],
)
def test_what_is_no_address_stays_to_be_named(text, pieces):
    assert addresses_in(text) == pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ad\u200ba@example.com", "U+200B"),
        ("Ada <ada@exam\u2060ple.com>", "U+2060"),
        ("ada@example.com\u200bbob@example.com", "U+200B"),
        ("nope, ada@example.com", "'nope' is not an email address"),
        ("a" * 20_000, "too long"),
    ],
)
def test_what_cannot_be_mailed_to_is_refused_by_name(text, words):
    with pytest.raises(ValidationError, match=words.replace("+", r"\+")):
        RecipientsField().clean(text)


def test_an_address_counts_once_in_whatever_case_and_spelling_of_its_host():
    text = "Ada@Example.com, ada@example.COM, x@münchen.example, X@xn--mnchen-3ya.example"
    assert RecipientsField().clean(text) == ("Ada@Example.com", "x@münchen.example")
