"""`manage.py scan_secrets` finds a secret in every place and every writing, and finds none after a day of work."""

import base64
import gzip
import io
import re
import uuid
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from django.core import mail, signing
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.exports.request.creation import request_export
from apps.jobs.runner import take_turn
from apps.mail.password_resets import PasswordReset
from tests.connections.secret_scan.scanning import CANARY, Pages, scan
from tests.exports.conftest import advance_until, spec_of
from tests.shares.conftest import make_link
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db

LINK = "/account/password/reset/key/2s-d2abcd-0123456789abcdef0123456789abcdef/"
SHARED = "/shared/" + "aB3_" * 11
WRITINGS = {
    "plain": f"key {CANARY} refused",
    "in JSON": '{"key": "canary-7f3a91\\/+c0ffee=d15ea5e&x"}'.replace("\\/", "/"),
    "in HTML": f"<p>{CANARY.replace('&', '&amp;')}</p>",
    "URL-encoded": f"?access_token={quote(CANARY, safe='')}",
    "URL-encoded, small": f"?access_token={quote(CANARY, safe='').lower()}",
    "hex": CANARY.encode().hex(),
    "hex, large": CANARY.encode().hex().upper(),
    **{f"base64 after {n}": base64.b64encode(b"x" * n + CANARY.encode() + b"yy").decode() for n in range(3)},
    "base64 for URLs": base64.urlsafe_b64encode(b"\xff\xfe" + CANARY.encode()).decode(),
    "signed and compressed": signing.dumps({"key": CANARY, "rest": "a" * 500}, compress=True),
    "a link of a reset": f"https://desk.example.com{LINK}",
    "a shared link": f"https://desk.example.com{SHARED}/",
}


@pytest.fixture
def canaries(tmp_path):
    path = tmp_path / "canaries"
    path.write_text(f"{CANARY}\n")
    return path


def in_a_table(text, _folder):
    User.objects.create_user("leak@example.com", name=text[:150])


def in_a_binary_column(text, _folder):
    from apps.connections.models import Service
    from tests.support.people import connect

    service = Service.objects.create(name="Acme", base_url="https://api.example.com")
    row = connect(User.objects.create_user("leak@example.com"), service, "another key")
    Connection.objects.filter(pk=row.pk).update(encrypted_key=text.encode())


def in_the_queue(text, _folder):
    async_task("apps.jobs.health.beat", text, save=False)


def in_the_queue_as_it_is(text, _folder):
    OrmQ.objects.create(key="x", payload=text, lock=timezone.now())


def in_the_cache(text, _folder):
    cache.set("somewhere", {"seen": text}, 60)


def in_a_log(text, folder):
    (folder / "web.log").write_text(f"INFO one\nWARNING {text}\n")


def in_a_packed_log(text, folder):
    (folder / "web.log.gz").write_bytes(gzip.compress(f"WARNING {text}\n".encode()))


def in_the_name_of_a_file(text, folder):
    (folder / re.sub(r"[/:]", "", text)[:100]).write_text("")


PLACES = [in_a_table, in_a_binary_column, in_the_queue_as_it_is, in_the_cache, in_a_log, in_a_packed_log]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("writing", WRITINGS)
def test_a_planted_leak_is_found(place, writing, tmp_path, canaries):
    folder = tmp_path / "logs"
    folder.mkdir()
    assert ": 0 found." in scan(canaries, folder)
    text = WRITINGS[writing]
    if place is in_a_table and len(text) > 150:
        text = text[:0] + text
    place(text, folder)
    assert re.search(r"FAILED .*: [1-9]\d* found\.", scan(canaries, folder)), text


@pytest.mark.parametrize("writing", ["plain", "hex", "URL-encoded", "base64 after 1", "a shared link"])
def test_a_leak_in_the_arguments_of_a_task_is_found(writing, tmp_path, canaries):
    in_the_queue(WRITINGS[writing], tmp_path)
    # A link inside a signed message is base64: known links are given as canaries.
    canaries.write_text(f"{CANARY}\n{SHARED}\n")
    assert "django_q_ormq.payload: canary" in scan(canaries)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_a_leak_in_a_mail_is_found_and_a_link_in_one_is_meant(encoding, tmp_path, canaries):
    message = EmailMessage()
    message.set_content(f"{'Hello. ' * 30}\nhttps://desk.example.com{LINK}\n", cte=encoding)
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "1.eml").write_bytes(bytes(message))
    assert ": 0 found." in scan(canaries, with_links=(tmp_path / "mails",))
    message.set_content(f"{'Hello. ' * 30}{CANARY} {'there. ' * 30}\n", cte=encoding)
    (tmp_path / "mails" / "2.eml").write_bytes(bytes(message))
    assert "2.eml: canary 1" in scan(canaries, with_links=(tmp_path / "mails",))


def test_the_secrets_of_the_installation_are_known_without_a_list(
    admin_connection, sandbox, settings, tmp_path
):
    (tmp_path / "log").write_text(f"{sandbox.admin_key} and {settings.SECRET_KEY}")
    output = io.StringIO()
    with pytest.raises(CommandError, match="2 found"):
        call_command("scan_secrets", tmp_path / "log", stdout=output)
    assert f"the API key of connection {admin_connection.pk}, plain" in output.getvalue()
    assert "SECRET_KEY, plain" in output.getvalue()
    (tmp_path / "log").write_bytes(b"key " + next(iter(settings.API_KEY_RING.values())))
    with pytest.raises(CommandError, match="1 found"):
        call_command("scan_secrets", tmp_path / "log", stdout=output)


def test_a_path_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="is not there"):
        call_command("scan_secrets", tmp_path / "nowhere")


def test_a_day_of_work_leaves_no_secret_anywhere(
    admin, admin_connection, manager, service, sandbox, log, client, tmp_path, canaries
):
    """Signing in, a key typed, refused and stored, every list, edits, an export, a shared link, a reset, faults."""
    keep = Pages(tmp_path / "pages")
    secrets = [CANARY, "canary password of a user 1", "the canary of a new password"]
    client.raise_request_exception = False
    keep(client.get(reverse("account_login")))
    keep(client.post(reverse("account_login"), {"login": admin.email, "password": secrets[1]}))
    person = signed_in(admin)
    person.raise_request_exception = False
    other = signed_in(manager)
    sandbox.faults({"kind": "status", "status": 401, "body": {"message": f"{CANARY} is unknown"}, "times": 2})
    sent = {"service": str(service.pk), "authentication": "api-key", "key": CANARY}
    keep(other.post(reverse("connections:create"), sent, follow=True))
    sandbox.faults()
    keep(other.post(reverse("connections:create"), {**sent, "key": sandbox.manager_key}, follow=True))
    for tag in ("offers", "publishers", "advertisers", "users"):
        keep(person.get(f"/integrations/int-eu/{tag}/"))
        keep(person.get(f"/integrations/int-eu/{tag}/new/"))
        keep(other.get(f"/integrations/int-eu/{tag}/?search={tag}"))
    typed = {"name": "Walked", "email": "walked@example.com", "password": secrets[1], "role": "viewer"}
    for fault in (None, {"kind": "status", "status": 422, "body": {"errors": {"password": [secrets[1]]}}}):
        sandbox.faults(*([{**fault, "times": None}] if fault else []))
        keep(person.post("/integrations/int-eu/users/new/", typed))
    sandbox.faults({"kind": "status", "status": 500, "times": None})
    keep(person.get("/integrations/int-eu/offers/?page=2"))
    sandbox.faults()
    export = request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]
    advance_until(export, "READY", "ready", most=40)
    records = sandbox.application.store.records(("org-main", "exports", ""))
    finished = next(record["id"] for record in records if record["_ending"] == "COMPLETED")
    link, _share = make_link(person, reverse("shares:manage", args=[service.pk, finished]))
    keep(client.get(link))
    keep(client.post(link + "file/"))
    keep(client.post(reverse("account_reset_password"), {"email": manager.email}))
    for row in PasswordReset.objects.all():
        take_turn("mail.PasswordReset", str(row.pk), most_steps=1)
    found = re.search(r"/account/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert found
    form = client.get(found[0], follow=True)
    changed = {"password1": secrets[2], "password2": secrets[2]}
    keep(client.post(form.redirect_chain[-1][0], changed, follow=True))
    for path in ("/", "/connections/", "/exports/", "/changes/", "/notifications/"):
        keep(person.get(path))

    (tmp_path / "web.log").write_text(log.getvalue())
    canaries.write_text("\n".join([*secrets, found[0], link.strip("/")]))
    assert len(log.getvalue()) > 1000
    assert ": 0 found." in scan(canaries, tmp_path / "web.log")
    # The guest's own page and the one that offers the link are meant to have it; no page has anything else.
    canaries.write_text("\n".join(secrets))
    assert ": 0 found." in scan(canaries, with_links=(keep.folder,))
