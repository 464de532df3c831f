"""What counts as a page of this site."""

import pytest

from apps.accounts.safe_redirects import is_local_path


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "/offers/?filter[name]=a%20b&next=//x",
        "/search/?q=back\\slash",
        "/search/?q=https://other.example/",
        "/reports/#//x",
        "/a//b",
        "/%09/%2F%2Fevil.example",
        "/straße/?q=ü",
        "/.//x",
        "/x:y@z/",
    ],
)
def test_a_page_of_this_site_is_one(text):
    assert is_local_path(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "//", "///", "////", "//x", "/\\x", "/\\", "\\\\x", "\\/x", "/a\\b", "/\t/x", "/\n/x",
        "\t//x", " /x", "/\x00",
        "/\x08/x", "/x\x7f", "/x\x9f", "/x\u2028", "/x\ud800", "//?", "//#", "//x?/", "/\\?", "?next=/", "#",
        "https://x", "https:/x",
        "https:x", "javascript:alert(1)", "data:,x", "/\u0000/x", "http:///x", "//[::1]",
    ],
)  # fmt: skip
def test_nothing_else_is(text):
    assert not is_local_path(text)
