"""A file with as many rows as one may hold is called cut wherever it is offered, and no smaller one is."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from apps.exports.models import ExportRequest
from apps.mail.models import Message
from tests.exports.conftest import advance_until
from tests.shares.conftest import make_link

CLICKS, CONVERSIONS = "exp-000008", "exp-000006"
WORDS = "Probably cut at"


def text_of(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def with_rows(sandbox):
    """Gives an export of the API another number of rows."""
    place = ("org-main", "exports", "")

    def change(identity: str, rows: int) -> None:
        store = sandbox.application.store
        store.write([(place, identity, store.get(place, identity) | {"_rows": rows})])

    return change


LIMITS = [
    (CLICKS, 2_000_000, "Probably cut at 2,000,000 rows"),
    (CLICKS, 1_999_999, ""),
    (CONVERSIONS, 5_000_000, "Probably cut at 5,000,000 rows"),
    (CONVERSIONS, 4_999_999, ""),
    (CONVERSIONS, 2_000_000, ""),
]


@pytest.mark.parametrize(("identity", "rows", "words"), LIMITS)
@pytest.mark.parametrize("page", ["exports:remote", "exports:list", "shares:manage", "look_inside:open"])
def test_every_page_that_offers_a_file_at_the_limit_says_so(
    admin_client, service, with_rows, page, identity, rows, words
):
    with_rows(identity, rows)
    arguments = [] if page == "exports:list" else [service.pk, identity]
    text = text_of(admin_client.get(reverse(page, args=arguments)))
    if words:
        assert f'<span class="badge bad">{words}</span>' in text
        assert "rows of this range are probably missing" in text
    else:
        assert WORDS not in text


@pytest.mark.parametrize(("rows", "is_cut"), [(5_000_000, True), (4_999_999, False)])
def test_an_own_export_says_it_on_its_page_in_its_row_and_in_its_mails(
    admin_client, export, with_rows, sandbox, rows, is_cut
):
    ExportRequest.objects.update(recipients=["auditor@example.com"])
    advance_until(export, "waiting")
    with_rows(export.remote_id, rows)
    advance_until(export, "ready")
    pages = [
        text_of(admin_client.get(address)) for address in (export.get_absolute_url(), "/exports/?tab=mine")
    ]
    mails = [text for message in Message.objects.all() for text in (message.text, unescape(message.html))]
    assert len(mails) == 4
    for text in (*pages, *mails):
        assert ("Probably cut at 5,000,000 rows" in text) is is_cut
        assert ("No file of conversions holds more" in text) is is_cut
    assert ("Split in halves" in pages[0]) is is_cut
    halves = f"/exports/new/?report=conversions&again={export.pk}&split=halves"
    own = Message.objects.get(address="")
    assert all((halves in text) is is_cut for text in (own.text, unescape(own.html)))


@pytest.mark.parametrize(("rows", "is_cut"), [(2_000_000, True), (1_999_999, False)])
def test_a_guest_is_told_before_the_download(admin_client, service, with_rows, rows, is_cut):
    with_rows(CLICKS, rows)
    link, _share = make_link(admin_client, reverse("shares:manage", args=[service.pk, CLICKS]))
    text = text_of(Client().get(link))
    assert ("Probably cut at 2,000,000 rows" in text) is is_cut


def test_what_has_no_file_is_not_called_cut(export):
    export.rows = 5_000_000
    assert export.truncation is None
