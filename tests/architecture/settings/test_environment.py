"""What is read from variables and files: every way of saving a secret, and no secret in a message."""

import stat
import traceback

import certifi
import pytest
from django.core.exceptions import ImproperlyConfigured

from integr8admin.environment import Environment, new_secret
from integr8admin.private_files import make_private_database

KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
SCHEMES = ("smtp", "postgresql", "redis", "mailbox", "unix", "http", "https")


@pytest.mark.parametrize(
    "content",
    [
        b"hunter2-hunter2",
        b"hunter2-hunter2\n",
        b"hunter2-hunter2\r\n",
        b"\xef\xbb\xbfhunter2-hunter2\r\n",
        "hunter2-hunter2\r\n".encode("utf-16"),
        b"\xfe\xff" + "hunter2-hunter2\n".encode("utf-16-be"),
        "\u200bhunter2-hunter2\u00a0\ufeff\n".encode(),
        b"\n\n hunter2-hunter2 \n\n",
    ],
)
def test_a_secret_is_read_out_of_a_file_however_it_was_saved(tmp_path, content):
    file = tmp_path / "secret"
    file.write_bytes(content)
    read = Environment({"SECRET_KEY_FILE": str(file), "EMAIL_PASSWORD_FILE": str(file)})
    assert read.secret("SECRET_KEY", None) == read.line("EMAIL_PASSWORD") == "hunter2-hunter2"


@pytest.mark.parametrize(
    "content",
    [
        b"one line\nanother hunter2",
        b"hunter2\x00hunter2",
        b"\xff\xfehunter2",
        b"hunter2\xe9",
        b"hunter2\x1b[0m",
    ],
)
def test_a_file_that_holds_no_secret_stops_the_start_without_being_printed(tmp_path, content):
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY") as caught:
        Environment({"SECRET_KEY_FILE": str(file)}).secret("SECRET_KEY", None)
    assert "hunter2" not in printed(caught.value)


def test_a_secret_in_place_of_its_files_name_is_not_printed():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE") as caught:
        Environment({"SECRET_KEY_FILE": "hunter2"}).secret("SECRET_KEY", None)
    assert "hunter2" not in printed(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "smtp://user:se/cret@mail.example.com:25"),
        ("EMAIL_URL", "smtp://user:12/secret@mail.example.com"),
        ("EMAIL_URL", "smtp://user:se#cret@mail.example.com"),
        ("EMAIL_URL", "smtp://user:se?cret@mail.example.com:25"),
        ("EMAIL_URL", "smtp://user:se@cret@mail.example.com"),
        ("EMAIL_URL", "smtp://us/secret@example.com:pw@mail.example.com"),
        ("EMAIL_URL", "smtp://user:se%cret@mail.example.com"),
        ("EMAIL_URL", "smtp://user:[secret@mail.example.com"),
        ("EMAIL_URL", "smtp://user:se℀cret@mail.example.com"),
        ("EMAIL_URL", "smtp://user:secret@"),
        ("EMAIL_URL", "smtp://mail.example.com:secret"),
        ("EMAIL_URL", "secret://user:secret@x"),
        ("DATABASE_URL", "postgresql://user:se/cret@db/name"),
        ("DATABASE_URL", "postgresql://user:se#cret@db/name"),
        ("REDIS_URL", "redis://:se/cret@cache:6379/0"),
        ("REDIS_URL", "redis://:secret@cache:secret/0"),
        ("API_PROXY", "http://user:se/cret@proxy:3128"),
        ("EMAIL_URL", "smtp://user:sec\nret@mail.example.com"),
        ("SITE_URL", "https://user:secret@desk.example.com"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_a_part_of_it(name, value):
    read = Environment({name: value})
    with pytest.raises(ImproperlyConfigured, match=name) as caught:
        read.site_url(name, "") if name == "SITE_URL" else read.url(name, "", SCHEMES)
    words = printed(caught.value).lower()
    assert not any(part in words for part in ("secret", "cret@", "se/c", ":se", "'se", "ret@", "'us"))


@pytest.mark.parametrize(
    "value", [f"{KEY}:2026", f"a:{KEY},{KEY}", f"a:{KEY}x", "a:" + KEY[:-6] + "=", f"a:{KEY},a:{KEY}", KEY]
)
def test_a_ring_that_cannot_be_read_is_refused_without_a_part_of_it(value):
    with pytest.raises(ImproperlyConfigured, match=r"API_KEY_RING: entry [12]") as caught:
        Environment({"API_KEY_RING": value}).key_ring("API_KEY_RING", None)
    assert KEY[:12] not in printed(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "smtp://user:p%2Fw%23%40%25@mail.example.com:25",
        "smtp://mail.example.com",
        "mailbox:///var/mail@home/box",
        "unix:///run/redis.sock?db=1",
        "postgresql://desk@%2Frun%2Fpostgresql/desk?application_name=x",
        "redis://:p%40ss@[::1]:6379/0",
    ],
)
def test_an_encoded_address_is_taken(value):
    assert Environment({"ANY_URL": value}).url("ANY_URL", "", SCHEMES) == value


@pytest.mark.parametrize(
    "value",
    [
        '"Acme, Inc." <no-reply@example.com>',
        "Acme Inc. <a@b.example>",
        "a@b.example",
        "Füße <a@desk>",
        "D <a@müller.example>",
    ],
)
def test_a_sender_that_every_mail_can_have_is_taken(value):
    assert Environment({"DEFAULT_FROM_EMAIL": value}).sender("DEFAULT_FROM_EMAIL", "") == value


@pytest.mark.parametrize(
    "value",
    [
        "Acme, Inc. <no-reply@example.com>",
        "no-reply",
        "a@b.example, c@d.example",
        "Acme <a@b.example",
        "Acme <>",
        "Acme <a b@c.example>",
        "a@b@c.example",
        "ü@b.example",
        "Acme: Sales <a@b.example>",
        "x@",
        "a@b.example\nBcc: c@d.example",
    ],
)
def test_a_sender_that_a_mail_cannot_have_stops_the_start(value):
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_FROM_EMAIL"):
        Environment({"DEFAULT_FROM_EMAIL": value}).sender("DEFAULT_FROM_EMAIL", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "https://desk.example.com"),
        ("ALLOWED_HOSTS", "desk.example.com/"),
        ("ALLOWED_HOSTS", "desk.example.com:8000"),
        ("ALLOWED_HOSTS", "*.example.com"),
        ("ALLOWED_HOSTS", "**"),
        ("ALLOWED_HOSTS", "desk example.com"),
        ("API_ALLOWED_HOSTS", "*"),
        ("API_ALLOWED_HOSTS", "https://api.example.com"),
        ("API_ALLOWED_HOSTS", "api.example.com/v2"),
        ("API_ALLOWED_HOSTS", "api.example.com:https"),
        ("API_ALLOWED_HOSTS", "api.example.com:99999"),
        ("API_ALLOWED_HOSTS", "fine.example.com,.example.com"),
        ("DOWNLOAD_ALLOWED_HOSTS", "*.example.com"),
        ("DOWNLOAD_ALLOWED_HOSTS", "https://user:hunter2@files.example.com"),
        ("OUTGOING_ADDRESSES", "desk.example.com"),
        ("OUTGOING_ADDRESSES", "192.0.2.1,192.0.2"),
        ("API_CA_BUNDLE", "/nowhere/ca.pem"),
        ("API_CA_BUNDLE", __file__),
        ("SITE_URL", "https://desk example.com"),
        ("SITE_URL", "https://*"),
        ("SITE_URL", "https://desk.example.com."),
        ("SITE_URL", "https://0.0.0.0"),
        ("SITE_URL", "https://127.1"),
        ("EMAIL_URL", "smtp://mail.example.com:0"),
    ],
)
def test_a_host_or_address_that_would_match_nothing_stops_the_start(name, value):
    read = Environment({name: value})
    readers = {
        "ALLOWED_HOSTS": lambda: read.own_hosts(name, ""),
        "OUTGOING_ADDRESSES": lambda: read.ip_addresses(name),
        "API_CA_BUNDLE": lambda: read.certificates(name),
        "SITE_URL": lambda: read.site_url(name, ""),
        "EMAIL_URL": lambda: read.url(name, "", SCHEMES),
    }
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: ") as caught:
        readers.get(name, lambda: read.api_hosts(name))()
    assert "hunter2" not in printed(caught.value)


def test_hosts_and_addresses_as_people_write_them_are_taken():
    variables = {
        "ALLOWED_HOSTS": "desk.example.com, .example.org, [::1], 127.0.0.1, Desk",
        "API_ALLOWED_HOSTS": "api.app.integr8.co,127.0.0.1:8001,localhost,[::1]:80,::1",
        "OUTGOING_ADDRESSES": "192.0.2.1, 2001:db8::1, 198.51.100.0/28",
        "API_CA_BUNDLE": certifi.where(),
    }
    read = Environment(variables)
    assert len(read.own_hosts("ALLOWED_HOSTS", "")) == len(read.api_hosts("API_ALLOWED_HOSTS")) == 5
    assert len(read.ip_addresses("OUTGOING_ADDRESSES")) == 3
    assert read.certificates("API_CA_BUNDLE") == certifi.where()
    for address in ("https://desk", "http://[::1]:8000", "https://xn--mnchen-3ya.example:8443"):
        assert Environment({"SITE_URL": address.upper()}).site_url("SITE_URL", "") == address


def test_what_is_generated_and_sqlites_files_are_readable_by_their_owner_alone(tmp_path):
    made = tmp_path / "data" / "secret_key"
    Environment({}).generated("SECRET_KEY", made, new_secret)
    database, log = tmp_path / "files" / "desk.sqlite3", tmp_path / "files" / "desk.sqlite3-wal"
    make_private_database(str(database))
    log.write_text("rows")
    database.chmod(0o644)
    log.chmod(0o644)
    make_private_database(str(database))
    for path in (made, made.parent, database, database.parent, log):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def printed(error: BaseException) -> str:
    """All that a process which ends with this error writes, the errors that it came from included."""
    written = "".join(traceback.format_exception(error))
    # The source lines of this file hold no value but the names of its own.
    return "\n".join(line for line in written.splitlines() if not line.startswith("    "))
