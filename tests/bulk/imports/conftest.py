"""Files of people, and what comes of uploading one."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.bulk.imports.models import ImportFile
from apps.bulk.imports.results import CheckResult
from apps.resources import registry
from tests.offers.conftest import Offers
from tests.resources.every.places import known_ids
from tests.resources.pages import Page

PLACE = known_ids(1)
IMPORTED = ("offers", "publishers", "advertisers", "offer_events", "landing_pages")


@pytest.fixture
def store(sandbox):
    """The sandbox's offers of int-eu, to look at and to write odd ones into."""
    return Offers(sandbox)


def csv_of(rows, *, delimiter=",", encoding="utf-8-sig"):
    """The rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook_of(rows):
    """The rows as a workbook, as Excel saves one."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def path_of(name):
    """The path parameters of a resource's list in these tests."""
    return {one: PLACE[one] for one in registry.named(name).path_parameters}


def upload(client, content, name="offers", file_name="file.csv"):
    """The answer to an upload."""
    address = reverse(f"imports:{name}", kwargs=path_of(name))
    return client.post(address, {"file": SimpleUploadedFile(file_name, content)})


def uploaded(client, content, name="offers"):
    """The stored file; fails with the page's words where it was not taken."""
    answer = upload(client, content, name)
    assert answer.status_code == 302, Page(answer).text
    return ImportFile.objects.latest("created_at")


def checked(client, content, name="offers", **answers):
    """The stored file and what came of its check, with the guessed columns but for the answers."""
    file = uploaded(client, content, name)
    page = Page(client.get(file.get_absolute_url()))
    answer = client.post(file.get_absolute_url(), {**page.fields(), **answers})
    assert answer.status_code == 302, Page(answer).text
    file.refresh_from_db()
    return file, CheckResult.from_data(file.result)


def problems(result):
    """(row, header, value, words) of each problem."""
    return [(one.line, one.header, one.value, one.words) for one in result.problems]
