"""Reading values tolerantly, and writing them for people."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.ui.values import (
    MISSING,
    is_missing,
    is_web_address,
    label_of,
    moment_of,
    money_text,
    text_of,
    time_text,
    value_at,
)

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("advertiser_id", "Advertiser ID"),
        ("default_payout.payout_type", "Payout type"),
        ("hide_js_tracking", "Hide JS tracking"),
        ("url", "URL"),
        ("created_at", "Created"),
        ("id", "ID"),
    ],
)
def test_a_fields_name_is_put_in_words(field, label):
    assert label_of(field) == label


def test_a_dotted_path_gives_none_where_it_breaks():
    record = {"a": {"b": {"c": 1}}, "list": [1], "text": "x", "null": None}
    assert value_at(record, "a.b.c") == 1
    assert [value_at(record, path) for path in ("a.x", "a.b.c.d", "list.0", "text.x", "null.x", "z")] == [
        None
    ] * 6


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_nothing_is_shown_as_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, False, Decimal(0), " ", "0", [None], {"a": None}])
def test_zero_and_no_are_values(value):
    assert not is_missing(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, MISSING),
        (True, "Yes"),
        (False, "No"),
        (0, "0"),
        (Decimal("4.50"), "4.50"),
        (Decimal("1E+3"), "1000"),
        (["a", 1, None], "a, 1, —"),
        ({"a": [1, "ü"]}, '{"a": [1, "ü"]}'),
        ("<b>", "<b>"),
    ],
)
def test_any_json_value_has_a_text(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "4.00"),
        (4.5, "4.50"),
        (0.1 + 0.2, "0.30000000000000004"),
        (Decimal("1234.5"), "1,234.50"),
        (Decimal("0.055"), "0.055"),
        (Decimal("1E+3"), "1,000.00"),
        (-3, "-3.00"),
        (float("inf"), "inf"),
        ("free", "free"),
        (True, "Yes"),
        (None, MISSING),
    ],
)
def test_amounts_keep_their_digits_and_have_two_decimals_at_least(value, text):
    assert money_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T14:05:00Z",
        "2026-11-21T15:05:00+01:00",
        "2026-11-21 14:05:00",
        1795269900,
        Decimal(1795269900),
    ],
)
def test_times_are_read_in_each_form_the_api_may_use(value):
    assert moment_of(value) == datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    ["yesterday", "", None, True, [], {}, 10**30, float("nan"), Decimal("1E+300"), "2026-02-30", "99999"],
)
def test_what_is_no_time_is_none(value):
    assert moment_of(value) is None


def test_a_time_is_written_in_the_persons_zone():
    moment = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
    assert time_text(moment) == "21 Nov 2026, 23:05"
    with timezone.override("Asia/Tokyo"):
        assert time_text(moment) == "22 Nov 2026, 08:05"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize(
    "value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00"]
)
def test_a_time_at_the_edge_of_the_calendar_breaks_no_page(value, zone):
    with timezone.override(zone):
        moment = moment_of(value)
        assert moment is None or time_text(moment)


@given(JSON_VALUES)
def test_every_value_can_be_shown(value):
    assert isinstance(text_of(value), str)
    assert isinstance(money_text(value), str)
    moment = moment_of(value)
    assert moment is None or time_text(moment)


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com",
        "http://example.com/path?a=b#c",
        "HTTPS://EXAMPLE.COM/",
        "https://track.example.com/c?id={click_id}&s={sub1}",
        "https://{domain}.example.com/",
        "http://127.0.0.1:8000/",
        "https://xn--mnchen-3ya.example/",
    ],
)
def test_web_addresses_become_links_macros_included(value):
    assert is_web_address(value)


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        " javascript:alert(1)",
        "javascript://example.com/%0Aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "//evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https://",
        "https:\\\\evil.example",
        "ht\ttps://example.com",
        " https://example.com",
        "https://example.com\u202e/gpj.exe",
        "https://[::1",
        "example.com",
        "",
        None,
        1,
        ["https://example.com"],
    ],
)
def test_everything_else_stays_text(value):
    assert not is_web_address(value)


def test_a_fraction_inside_json_is_a_number_and_not_a_text():
    value = {"over": Decimal("1.50"), "list": [{"<b>": Decimal("0.1")}], "text": "é"}
    assert text_of(value) == '{"over": 1.50, "list": [{"<b>": 0.1}], "text": "é"}'
