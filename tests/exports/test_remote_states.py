"""What the API's statuses read like: the same on its page, on ours, and in the list."""

import uuid

import pytest

from apps.exports.models import ExportRequest
from apps.exports.remote import RemoteExport


@pytest.mark.parametrize(
    ("status", "words", "tone", "is_busy"),
    [
        ("PENDING", "Queued at the API", "neutral", True),
        ("in_progress", "Running", "info", True),
        ("ERROR", "Failed", "bad", False),
        ("CANCELLED", "Canceled", "neutral", False),
        ("ON_HOLD", "? ON_HOLD", "neutral", False),
        ("", "Unknown", "neutral", False),
    ],
)
def test_a_status_of_the_api_reads_the_same_whoever_asked(status, words, tone, is_busy):
    remote = RemoteExport(uuid.uuid4(), {"status": status})
    assert (remote.state_words, remote.tone, remote.is_busy) == (words, tone, is_busy)
    ours = ExportRequest(state="waiting", remote_status=remote.status)
    assert ours.state_words == (words if status else "Running")


def test_one_that_is_finished_and_names_no_file_is_not_called_ready_on_our_page():
    assert ExportRequest(state="waiting", remote_status="COMPLETED").state_words == "Finished at the API"
