"""The mailbox of the embedded form: files a person can read, and the page that shows them."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.test import Client

from integr8admin.serving.headers import accepted_headers, environ_of

BACKEND = "apps.mail.mailbox.MailboxBackend"


@pytest.fixture
def directory(settings, tmp_path):
    settings.MAILBOX_DIRECTORY = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = BACKEND
    return settings.MAILBOX_DIRECTORY


def test_each_message_becomes_one_readable_file(directory):
    for number in range(3):
        send_mail(f"Subject {number}", "Text", None, ["ada@example.com"])
    files = sorted(directory.iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    subjects = {message_from_bytes(f.read_bytes(), policy=policy.default)["Subject"] for f in files}
    assert subjects == {"Subject 0", "Subject 1", "Subject 2"}


def test_the_page_lists_mails_and_its_links_work_without_signing_in(directory, db):
    mail = EmailMultiAlternatives(
        "<b>Ready</b>",
        "Look: http://127.0.0.1:8000/exports/1/ <script>alert(1)</script>",
        to=["a@example.com"],
    )
    mail.attach_alternative('<p style="color:red" onclick="x()">HTML</p>', "text/html")
    mail.send()
    name = next(directory.iterdir()).stem
    page = Client().get("/mailbox/").content.decode()
    assert "&lt;b&gt;Ready&lt;/b&gt;" in page
    assert f'href="/mailbox/{name}/"' in page
    detail = Client().get(f"/mailbox/{name}/").content.decode()
    assert 'href="http://127.0.0.1:8000/exports/1/"' in detail
    assert "<script>alert" not in detail
    assert "onclick" not in detail
    assert " style=" not in detail


def test_a_message_with_html_alone_is_shown_as_its_words(directory, db):
    mail = EmailMultiAlternatives("Hi", "", to=["a@example.com"])
    mail.body = "<p>Only <b>HTML</b></p>"
    mail.content_subtype = "html"
    mail.send()
    name = next(directory.iterdir()).stem
    assert "Only HTML" in Client().get(f"/mailbox/{name}/").content.decode()


@pytest.mark.parametrize("name", ["missing", "..", "20261121-060000-000000000000"])
def test_a_message_that_is_not_there_gives_404(directory, db, name):
    assert Client().get(f"/mailbox/{name}/").status_code == 404


def test_an_empty_mailbox_says_so(directory, db):
    assert "No mail yet" in Client().get("/mailbox/").content.decode()


def test_where_mail_is_really_sent_there_is_no_mailbox(settings, db):
    settings.MAILBOX_DIRECTORY = None
    assert Client().get("/mailbox/").status_code == 404
    assert Client().get("/mailbox/20261121-060000-000000000000/").status_code == 404


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_the_mailbox_opens_for_who_sits_at_this_machine(directory, db, peer):
    assert Client().get("/mailbox/", REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("172.17.0.1", {}),
        ("203.0.113.9", {"Host": "127.0.0.1:8000"}),
        (
            "203.0.113.9",
            {"Host": "localhost", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"},
        ),
        ("203.0.113.9", {"X-Real-Ip": "127.0.0.1", "Forwarded": "for=127.0.0.1"}),
        ("::ffff:203.0.113.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}),
        ("127.0.0.1", {"X-Original-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"Fly-Client-Ip": "203.0.113.9"}),
        ("127.0.0.1", {"X-Azure-Clientip": "203.0.113.9"}),
        ("127.0.0.1", {"X-Envoy-External-Address": "203.0.113.9"}),
        ("127.0.0.1", {"Cdn-Loop": "edge"}),
        ("127.0.0.1", {"X_Forwarded_For": "203.0.113.9"}),
        ("127.0.0.1.example.com", {}),
        ("", {}),
    ],
)
def test_the_mailbox_is_not_there_for_others_whatever_they_say(
    directory, db, settings, peer, headers, proxies
):
    settings.ALLOWED_HOSTS = ["*"]
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    send_mail("Secret", "Text", None, ["ada@example.com"])
    name = next(directory.iterdir()).stem
    for address in ("/mailbox/", f"/mailbox/{name}/"):
        assert Client().get(address, REMOTE_ADDR=peer, headers=headers).status_code == 404


def test_mails_are_readable_by_their_owner_alone(directory):
    send_mail("Secret", "Text", None, ["ada@example.com"])
    for path in (directory, *directory.iterdir()):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "field", [b"X-Forwarded-For", b"x-real-ip", b"Forwarded", b"Via", b"X_Forwarded_For"]
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_proxy_whose_words_the_server_leaves_out_is_known_all_the_same(directory, db, field, proxies):
    headers = [(field.lower(), b"127.0.0.1"), (b"host", b"127.0.0.1:8000")]
    scope = {"method": "GET", "path": "/mailbox/", "headers": headers, "client": ("127.0.0.1", 5)}
    environ = environ_of(scope, accepted_headers(headers, proxies), proxies)
    del environ["SERVER_NAME"]
    assert Client().get("/mailbox/", **environ).status_code == 404
    direct = {**scope, "headers": headers[1:]}
    environ = environ_of(direct, accepted_headers(headers[1:], proxies), proxies)
    del environ["SERVER_NAME"]
    assert Client().get("/mailbox/", **environ).status_code == 200
