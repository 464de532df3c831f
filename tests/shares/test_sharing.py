"""A link for somebody without an account: what it opens, for how long, and what is noted."""

import logging
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.api.redaction import redact
from apps.connections.models import Connection
from apps.shares.models import Opening, Share
from tests.shares.conftest import make_link
from tests.support.people import connect, signed_in


@pytest.fixture
def link(admin_client, manage_url):
    """Path of a fresh link."""
    return make_link(admin_client, manage_url, note="For the auditors")[0]


def test_a_guest_sees_the_facts_and_gets_the_file(link, sandbox):
    guest = Client()
    page = guest.get(link)
    text = page.content.decode()
    assert page.status_code == 200
    assert "For the auditors" in text
    assert "Time zone" in text
    assert "a spreadsheet may run one that looks like a formula" in text
    answer = guest.post(link + "file/")
    assert answer.status_code == 200
    body = answer.getvalue().decode()
    assert body.count("\n") > 10
    assert "attachment" in answer["Content-Disposition"]
    assert [o.kind for o in Opening.objects.order_by("pk")] == ["page", "file"]


def test_a_network_of_guests_gets_so_many_files_at_a_time(link, settings):
    settings.STREAMS_PER_GUEST = 1
    file = f"{link}file/"
    under_way = Client(REMOTE_ADDR="2001:db8::1").post(file)
    refused = Client(REMOTE_ADDR="2001:db8::2").post(file)
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert "Your network is downloading 1 file already" in refused.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.1").post(file).getvalue()
    assert under_way.getvalue()
    assert Client(REMOTE_ADDR="2001:db8::2").post(file).getvalue()


def test_the_api_gets_the_guest_token_and_no_key(link, sandbox):
    Client().post(link + "file/")
    [call] = sandbox.journal("getSharedExportUrl")
    assert call["key"] == "none"
    assert call["violations"] == []
    assert call["status"] == 200


def test_the_page_is_never_kept_or_indexed_and_tells_no_other_site_its_address(link):
    page = Client().get(link)
    assert "noindex" in page["X-Robots-Tag"]
    # Not "no-referrer": with it browsers post the form from the origin "null", which the check against forgery refuses.
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_looking_costs_no_call_to_the_api(link, sandbox):
    before = len(sandbox.journal())
    Client().get(link)
    assert len(sandbox.journal()) == before


def test_neither_the_link_nor_the_guest_token_is_kept_or_logged(link, finished, sandbox, caplog):
    key = link.split("/")[2]
    record = next(
        r for r in sandbox.application.store.records(("org-main", "exports", "")) if r["id"] == finished
    )
    with caplog.at_level(logging.DEBUG):
        Client().post(link + "file/")
        Client().get(link[:-4] + "xxx/")
    row = Share.objects.values().get()
    kept = repr({**row, "sealed_token": bytes(row["sealed_token"])})
    for secret in (key, record["guest_token"]):
        assert secret not in kept
        assert secret not in redact(caplog.text)


@pytest.mark.parametrize(
    "spoil", ["revoked", "expired", "doctored", "truncated", "role changed", "owner gone"]
)
def test_a_link_that_does_not_work_gives_one_and_the_same_answer(link, admin, admin_client, spoil):
    share = Share.objects.get()
    if spoil == "revoked":
        admin_client.post(reverse("shares:revoke", args=[share.pk]))
    elif spoil == "expired":
        Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoil == "doctored":
        link = link[:20] + ("A" if link[20] != "A" else "B") + link[21:]
    elif spoil == "truncated":
        link = link[:-5] + "/"
    elif spoil == "role changed":
        type(admin).objects.update(role="viewer")
        assert Share.objects.get().state_words == "Role changed"
    else:
        type(admin).objects.update(is_active=False)
    guest = Client()
    page, file = guest.get(link), guest.post(link + "file/")
    assert (page.status_code, file.status_code) == (404, 404)
    words = "incomplete, it was revoked, or its time is over"
    assert words in page.content.decode()
    assert words in file.content.decode()
    assert not Opening.objects.exists()


def test_a_copy_of_the_database_does_not_open_a_link(link):
    # Another link's key in the row: the sealed token belongs to the key it was sealed under.
    from apps.shares.links import digest_of

    Share.objects.update(link_digest=digest_of("made-up"))
    answer = Client().post("/shared/made-up/file/")
    assert answer.status_code == 404


def test_a_file_that_is_gone_is_said_to_be_gone(link, sandbox, admin_client, finished):
    sandbox.faults({"kind": "status", "operation": "getSharedExportUrl", "status": 404})
    answer = Client().post(link + "file/")
    assert answer.status_code == 404
    assert "not there any more" in answer.content.decode()
    assert Opening.objects.get().kind == "failed"


@pytest.mark.parametrize("fault", ["status", "html", "reset", "bad_json", "wrong_shape"])
def test_an_api_that_fails_is_said_to_fail_and_the_facts_stay(link, sandbox, fault):
    sandbox.faults({"kind": fault, "operation": "getSharedExportUrl", "times": None})
    answer = Client().post(link + "file/")
    assert answer.status_code >= 500
    text = answer.content.decode()
    assert "could not be fetched" in text
    assert "Time zone" in text


def test_too_many_openings_from_one_address_are_refused_for_a_while(link):
    guest = Client()
    answers = [guest.get(link).status_code for _ in range(62)]
    assert answers[:60] == [200] * 60
    assert answers[-1] == 429


def test_trying_links_out_is_refused_for_a_while(db):
    guest = Client()
    answers = {guest.get(f"/shared/{uuid.uuid4().hex}/").status_code for _ in range(65)}
    assert answers == {404, 429}


def test_the_same_form_makes_one_link(admin_client, manage_url):
    nonce = str(uuid.uuid4())
    make_link(admin_client, manage_url, nonce=nonce)
    again = admin_client.post(manage_url, {"days": "7", "note": "", "nonce": nonce}, follow=True)
    assert Share.objects.count() == 1
    assert "shown only once" in again.content.decode()


def test_links_stand_newest_first(admin_client, manage_url):
    for number in range(4):
        link, _ = make_link(admin_client, manage_url, note=f"Note {number}")
        Client().get(link)
    for address in (manage_url, reverse("shares:list")):
        shares = admin_client.get(address).context["shares"]
        assert [share.note for share in shares] == ["Note 3", "Note 2", "Note 1", "Note 0"]


def test_an_export_without_a_file_cannot_be_shared(admin_client, service, sandbox):
    records = sandbox.application.store.records(("org-main", "exports", ""))
    failed = next(record["id"] for record in records if record["_ending"] == "ERROR")
    url = reverse("shares:manage", args=[service.pk, failed])
    page = admin_client.get(url)
    assert "cannot be shared" in page.content.decode()
    assert "Create a link" not in page.content.decode()
    assert admin_client.post(url, {"days": "7"}).status_code == 422
    assert not Share.objects.exists()


@pytest.mark.parametrize("days", ["", "0", "365", "x"])
def test_a_time_that_is_not_offered_is_refused(admin_client, manage_url, days):
    page = admin_client.post(manage_url, {"days": days, "note": "kept"})
    assert page.status_code == 422
    assert "kept" in page.content.decode()
    assert not Share.objects.exists()


def test_a_link_ends_when_the_file_does(admin_client, manage_url, finished, sandbox):
    export = admin_client.get(manage_url).context["export"]
    _, share = make_link(admin_client, manage_url)
    assert share.expires_at <= export.kept_until


def test_an_export_that_is_gone_has_a_page_that_says_so(admin_client, service):
    page = admin_client.get(reverse("shares:manage", args=[service.pk, "exp-999999"]))
    assert page.status_code == 404
    assert "This export is gone" in page.content.decode()


def test_a_colleague_sees_and_revokes_own_links_only_and_an_admin_all(
    link, admin_client, manager_client, manage_url
):
    share = Share.objects.get()
    for name in ("openings", "revoke"):
        url = reverse(f"shares:{name}", args=[share.pk])
        answer = manager_client.post(url) if name == "revoke" else manager_client.get(url)
        assert answer.status_code == 404
    assert "Nothing is shared" in manager_client.get(reverse("shares:list")).content.decode()
    make_link(manager_client, manage_url, note="Mia's")
    page = admin_client.get(reverse("shares:list")).content.decode()
    assert "Mia&#x27;s" in page
    theirs = Share.objects.get(note="Mia's")
    admin_client.post(reverse("shares:revoke", args=[theirs.pk]))
    theirs.refresh_from_db()
    assert theirs.revoked_at is not None


def test_a_key_of_another_organisation_cannot_share_it(manager, manage_url, service, sandbox):
    connect(manager, service, sandbox.other_organisation_key)
    answer = signed_in(manager).post(manage_url, {"days": "7"})
    assert answer.status_code == 404
    assert not Share.objects.exists()


def test_a_person_without_a_key_cannot_share_it(manager, manage_url):
    assert not Connection.objects.filter(owner=manager).exists()
    assert signed_in(manager).post(manage_url, {"days": "7"}).status_code != 200
    assert not Share.objects.exists()


def test_notes_and_browsers_are_shown_escaped(admin_client, manage_url):
    link, share = make_link(admin_client, manage_url, note="<img src=x onerror=alert(1)>")
    Client().get(link, headers={"user-agent": "<script>alert(2)</script>" + "x" * 500})
    for page in (
        Client().get(link),
        admin_client.get(reverse("shares:list")),
        admin_client.get(reverse("shares:openings", args=[share.pk])),
    ):
        text = page.content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text


def test_links_go_to_the_site_whatever_host_is_named(admin_client, manage_url, settings):
    settings.ALLOWED_HOSTS = ["*"]
    page = admin_client.post(manage_url, {"days": "7"}, headers={"host": "evil.example"})
    assert f'data-copy="{settings.SITE_URL}/shared/' in page.content.decode()


def test_the_downloaded_file_is_posted_for_so_that_a_link_preview_fetches_nothing(link, sandbox):
    assert Client().get(link + "file/").status_code == 405
    assert sandbox.journal("getSharedExportUrl") == []
    Client().head(link)
    assert not Opening.objects.exists()


def test_the_form_of_a_guest_is_guarded_against_other_sites(link):
    guest = Client(enforce_csrf_checks=True)
    assert guest.post(link + "file/").status_code == 403
    token = guest.get(link).cookies["csrftoken"].value
    answer = guest.post(link + "file/", {"csrfmiddlewaretoken": token})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Admin", "Ada Admin"),
        ("", "Somebody at localhost"),
        ("ada@example.com", "Somebody at localhost"),
        ("Ada <ada@example.com>", "Somebody at localhost"),
    ],
)
def test_a_guest_reads_who_shared_the_file_and_no_address_of_anybody(link, admin, sandbox, name, shown):
    User.objects.filter(pk=admin.pk).update(name=name)
    guest = Client()
    page, file = guest.get(link), guest.post(link + "file/")
    sandbox.faults({"kind": "status", "status": 503, "operation": "getSharedExportUrl", "times": None})
    failed = guest.post(link + "file/")
    assert f"<bdi>{shown}</bdi> shared this file" in page.content.decode()
    assert failed.status_code >= 400
    for answer in (page, failed):
        assert admin.email not in f"{answer.headers} {answer.content.decode()}"
    assert admin.email.partition("@")[0] not in file["Content-Disposition"]
