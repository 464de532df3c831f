"""Which passwords are refused, wherever one is set."""

import io
import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.accounts.models import User

PERSON = User(email="mia.berger@acme-network.example", name="Mia Berger")


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "123456789012",
        "letmeinletmein",
        "LetMeInLetMeIn1",
        "L3tm31nL3tm31n",
        "letmein2026!",
        "passwordpassword",
        "P@ssw0rdP@ssw0rd",
        "Password1234!",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
        "asdfghjkl;'\\",
        "qwertzuiopasdf",
        "qwerty-qwerty-1",
        "abcabcabcabc",
        "abcdefghijkl",
        "9876543210987",
        "111111222222",
        "iloveyou1234",
        "Summer2026!!",
        "michaeljordan",
        "administrator",
        "trustno1trustno1",
        "integr8integr8",
        "Integr8Desk2026!",
        "integr8-dashboard",
        "miaberger2026",
        "Mia.Berger.1984",
        "mia.berger@acme-network.example",
        "acme-network-1",
        "regrebaimregrebaim",
        "            ",
        "a" * 500,
    ],
)
def test_a_password_that_is_guessed_early_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, PERSON)


@pytest.mark.parametrize(
    "password",
    [
        "xK3$9vLq2mZp",
        "?>}$!<%{^;(#",
        "blue horse 42 kite",
        "correct horse battery staple",
        "Füße auf dem nassen Gras",
        "demo-password-1",
    ],
)
def test_a_password_that_takes_long_to_guess_is_taken(password):
    validate_password(password, PERSON)


def test_a_long_password_costs_no_more_than_a_moment():
    started = time.process_time()
    validate_password("a4@b8c({[<e3g69i!1|l7o0s$5t+x%z2" * 100, PERSON)
    assert time.process_time() - started < 5


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"letmeinletmein", b"\xef\xbb\xbfaaaaaaaaaaaa\r\n"])
def test_the_command_refuses_them_too(tmp_path, content):
    file = tmp_path / "password"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="easy to guess"):
        call_command("create_account", "mia@example.com", "--role=admin", f"--password-file={file}")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_page_refuses_them_and_says_why(client):
    person = User.objects.create_user("mia@example.com", "a long enough password")
    client.force_login(person)
    page = client.post(
        reverse("account_change_password"),
        {
            "oldpassword": "a long enough password",
            "password1": "letmeinletmein",
            "password2": "letmeinletmein",
        },
    ).content.decode()
    assert "easy to guess" in page
    assert "letmeinletmein" not in page
    person.refresh_from_db()
    assert person.check_password("a long enough password")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfblue horse 42 kite\r\n",
        "blue horse 42 kite\r\n".encode("utf-16"),
        b"blue horse 42 kite\nsecond line\n",
        "\u200bblue horse 42 kite\u00a0".encode(),
    ],
)
@pytest.mark.parametrize("way", ["file", "standard input"])
def test_a_password_is_read_however_its_file_was_saved(tmp_path, monkeypatch, content, way):
    file = tmp_path / "password"
    file.write_bytes(content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
    option = [f"--password-file={file}"] if way == "file" else []
    call_command("create_account", "mia@example.com", "--role=admin", *option, stdout=io.StringIO())
    assert User.objects.get().check_password("blue horse 42 kite")


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"blue horse\x00 42 kite", b"blue horse \xe9\xff", b"\xff\xfebad"])
def test_a_password_that_is_no_text_is_refused_without_a_part_of_it(tmp_path, content):
    file = tmp_path / "password"
    file.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        call_command("create_account", "mia@example.com", "--role=admin", f"--password-file={file}")
    assert "horse" not in str(caught.value)
    assert caught.value.__cause__ is None
