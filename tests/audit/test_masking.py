"""No key and no password is written down, whatever field, text or address it stands in."""

import pytest
from django.db import connection

from apps.api.credentials import MASK, Secret
from apps.audit.descriptions import Closing, Origin
from apps.audit.log import close, open_entry
from apps.audit.masking import holds_mask, mask
from apps.audit.models import Entry, Outcome

KEY, PASSWORD = "live-key-0123456789", "correct horse battery staple"


@pytest.fixture
def key():
    """A key that is in memory, as while it is sent."""
    return Secret(KEY)


def everything_stored() -> str:
    """All the text that the tables of the log hold."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("audit_"):
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
                texts += [repr(row) for row in cursor.fetchall()]
    return "\n".join(texts)


@pytest.mark.django_db
def test_keys_and_passwords_are_found_nowhere_in_the_database(facts, key):
    body = {
        "name": f"with {KEY} in it",
        "password": PASSWORD,
        "pass_phrase": PASSWORD,
        "users": [{"Password": PASSWORD, "api_key": "another-key-9876543210"}],
        "address": "https://ada:hunter2hunter2@example.com/",
        "note": "Authorization: Bearer abcdef0123456789 and access_token=qwertz123456",
        KEY: 1,
    }
    entry = open_entry(
        facts(
            body=body,
            secret_names=frozenset({"pass_phrase"}),
            changes=[
                {"field": "pass_phrase", "before": "old-secret-123", "after": PASSWORD},
                {"field": "password", "before": None, "after": PASSWORD},
                {"field": "note", "before": KEY, "after": body["note"]},
            ],
            title=f"Offer {KEY}",
            path={"id": KEY},
            record_id=KEY,
            origin=Origin.page("offers:edit", f"/offers/{KEY}/"),
        )
    )
    close(entry, Closing(Outcome.FAILED, f"The key {KEY} is refused", 401, f"req-{KEY}", record_id=KEY))
    stored = everything_stored()
    for secret in (
        KEY,
        PASSWORD,
        "another-key-9876543210",
        "hunter2hunter2",
        "abcdef0123456789",
        "qwertz123456",
        "old-secret-123",
    ):
        assert secret not in stored
    assert "correct horse" not in stored
    assert stored.count(MASK) > 10


@pytest.mark.django_db
def test_a_secret_that_changed_shows_that_it_did(facts):
    open_entry(facts(changes=[{"field": "password", "before": "one", "after": "another"}]))
    assert Entry.objects.get().changes == [{"field": "password", "before": MASK, "after": MASK}]


def test_what_is_no_secret_is_stored_as_it_is():
    value = {
        "url": "https://tracker.example.com/click/AbCdEf0123456789AbCdEf01?offer=1&sub=%20x#part",
        "macros": "https://tracker.example.com/?token={click_id}&sub={sub}",
        "text": 'A "quoted" text\nwith\tsigns \\ and: colons = 1',
        "number": 12.5,
        "password": None,
        "secret": "",
        "token": False,
        "list": [1, None, True, {"deep": "x"}],
    }
    assert mask(value) == value
    assert not holds_mask(value)


@pytest.mark.parametrize(
    "value",
    [
        {"password": "x"},
        {"deep": [{"API-KEY": "x"}]},
        {"secret": 12345678},
        {"token": ["x"]},
        "https://example.com/?token=abcdefgh",
        "https://example.com/?token={click_id}suffix",
        '{"password": "x y"}',
    ],
)
def test_a_masked_value_is_told_apart(value):
    assert holds_mask(mask(value))


def test_names_are_secret_whatever_their_case_and_depth():
    masked = mask({"a": [{"PassPhrase": "x", "other": "y"}]}, {"passphrase"})
    assert masked == {"a": [{"PassPhrase": MASK, "other": "y"}]}
