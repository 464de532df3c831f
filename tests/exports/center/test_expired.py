"""A file that the vendor keeps no longer is offered nowhere, and the page says so before anybody tries."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.exports.models import ExportRequest
from tests.exports.conftest import advance_until

DONE = "exp-000008"


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def older(sandbox):
    """Makes an export of the API so many days older, and an hour."""
    place = ("org-main", "exports", "")

    def change(identity: str, days: int) -> None:
        store = sandbox.application.store
        record = store.get(place, identity)
        made = record["_made"] - timedelta(days=days, hours=1).total_seconds()
        store.write([(place, identity, record | {"_made": made})])

    return change


def test_an_expired_export_of_the_api_is_called_so_and_offers_no_file(admin_client, service, older):
    older(DONE, 90)
    page = text_of(admin_client.get(reverse("exports:remote", args=[service.pk, DONE])))
    assert '<span class="badge neutral">Expired</span>' in page
    assert "Was kept until" in page and "Run it again for a new one." in page
    for offer in (">Download<", "Preview and analyse", ">Share<", " left)"):
        assert offer not in page
    row = next(one for one in admin_client.get("/exports/").context["center"].rows if one.remote_id == DONE)
    assert (row.is_at_api, row.can_look_inside, row.days_left) == (False, False, None)
    refused = admin_client.get(reverse("exports:remote_download", args=[service.pk, DONE]))
    assert refused.status_code == 410
    assert "Run it again for a new one." in text_of(refused)
    inside = admin_client.get(reverse("look_inside:open", args=[service.pk, DONE]))
    assert inside.status_code == 409
    assert "The file is not there any more" in text_of(inside)


def test_on_its_last_day_it_is_offered_and_said_to_end_soon(admin_client, service, older):
    older(DONE, 87)
    page = text_of(admin_client.get(reverse("exports:remote", args=[service.pk, DONE])))
    assert "(Under a day left)" in page and ">Download<" in page
    assert "1 expires this week" in text_of(admin_client.get("/exports/"))


def test_an_own_export_is_expired_the_moment_its_time_is_over(admin_client, export):
    advance_until(export, "ready")
    ExportRequest.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    for address in (export.get_absolute_url(), "/exports/?tab=mine"):
        page = text_of(admin_client.get(address))
        assert "Expired" in page
        assert ">Download<" not in page and "Under a day" not in page
    refused = admin_client.get(f"/exports/{export.pk}/download/")
    assert refused.status_code == 410
