"""Lists of the sandbox, and the background steps of their files done in this process."""

import csv
import io

import pytest
from django.db.models.functions import Now

from apps.jobs.runner import take_turn
from apps.list_files.models import ListFile

PUBLISHERS = ("org-main", "publishers", "")


@pytest.fixture
def publishers(sandbox):
    """Makes the list of publishers so long: a function of the number of rows, and of values by place."""

    def fill(count, **values):
        store = sandbox.application.store
        with store.lock:
            old = [(PUBLISHERS, str(record["id"]), None) for record in store.records(PUBLISHERS)]
            new = [
                (
                    PUBLISHERS,
                    f"p{number:06}",
                    {"id": f"p{number:06}", "name": f"Publisher {number}", **values},
                )
                for number in range(count)
            ]
            store.write([*old, *new])

    return fill


def rows_of(response):
    """The rows of a CSV answer, header first; it begins with the mark of UTF-8."""
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def advance(file):
    """Do the next step now; the row after it."""
    ListFile.objects.filter(pk=file.pk).update(due_at=Now(), lease_until=None)
    take_turn("list_files.ListFile", str(file.pk), most_steps=1)
    return ListFile.objects.get(pk=file.pk)


def finished(file, most=60):
    """Do steps until the file is there, or cannot be made."""
    for _ in range(most):
        file = advance(file)
        if not file.is_busy:
            return file
    raise AssertionError(f"still {file.state}: {file.message}")
