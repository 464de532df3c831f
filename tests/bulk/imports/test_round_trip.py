"""Export, save again in a spreadsheet, import: nothing is planned, whatever the values are."""

import io

import openpyxl
import pytest
from django.urls import reverse

from apps.api.client import JOB
from apps.bulk.imports.columns.targets import Targets
from apps.bulk.models import BulkRun
from apps.bulk.states import RowState
from apps.resources import registry
from apps.resources.files.values import cell_of
from apps.resources.scope import Scope
from apps.ui.values import value_at
from tests.bulk.conftest import planned, provokes_violations
from tests.bulk.imports.conftest import IMPORTED, PLACE, checked, csv_of, path_of, problems, workbook_of

__all__ = ["provokes_violations"]

# What the API holds here is odder than its own contract allows.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("provokes_violations")]

#: For texts: what spreadsheets, separators, encodings and our own marks could take for something else.
TEXTS = [
    "=1+1",
    "'=1+1",
    "''@x",
    "-5",
    "'-5",
    "007",
    "+49 30 1234",
    "9007199254740993",
    "1e5",
    "1-2",
    "TRUE",
    r"\N",
    r"\\N",
    "a;=b;'=c",
    "tab\there",
    "line\nend",
    "old\r\nline",
    " blanks around ",
    "äöü €",
    "😀 emoji",
    "_x0041_",
    'say "so", then',
    "x" * 5_000,
    "#N/A",
    "null",
    "\u202egnp.exe",
    "a\x01b",
    "\u2028",
]
#: For fields of other types, what services send now and then.
ODD: dict[str, list[object]] = {
    "number": [4.5, 0, "5.00", "1.234", 1234567.891, None, "n/a", -0.5],
    "integer": [101, None, "102"],
    "boolean": [True, False, "true", None, "maybe"],
    "array": [[], ["US", "DE"], ["a, b"], None, "Content", ["[x"], ["odd one"]],
}
COUNT = 30


def odd_record(record, fields, number):
    """The record with nasty values in every field that a form has."""
    record = {name: value for name, value in record.items() if not isinstance(value, dict)}
    for place, (name, field) in enumerate(fields.items()):
        values = TEXTS if field.type == "string" else ODD[field.type]
        value = values[(number + place * 5) % len(values)]
        if field.enum and number % 2:
            value = field.enum[number % len(field.enum)]
        outer, _, inner = name.rpartition(".")
        (record.setdefault(outer, {}) if outer else record)[inner] = value
    return record


@pytest.fixture
def odd(sandbox, admin_connection):
    """Makes the records of a resource nasty: what its columns can go to, and the records."""

    def make(name):
        resource, person = registry.named(name), admin_connection.owner
        service = admin_connection.service
        scope = Scope.for_person(person, resource, path_of(name), profile=JOB, seconds=60, service=service)
        targets = Targets(scope)
        kind = sandbox.application.contract.kind_of(resource.tag)
        place = ("org-main", kind, "/".join(PLACE[one] for one in resource.path_parameters))
        store = sandbox.application.store
        with store.lock:
            first = store.records(place)[0]
            old = [(place, str(record["id"]), None) for record in store.records(place)]
            keys = [90071992547409930 + number for number in range(COUNT)]
            records = [
                odd_record(
                    {**first, "id": key if isinstance(first["id"], int) else f"0{key}"},
                    targets.fields,
                    number,
                )
                for number, key in enumerate(keys)
            ]
            store.write([*old, *((place, str(record["id"]), record) for record in records)])
        return targets, records

    return make


def saved_again(content):
    """The workbook as a spreadsheet reads it and saves it."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(out)
    return out.getvalue()


def nothing_is_planned(client, content, name):
    """Every row of the file is found to be so already."""
    file, result = checked(client, content, name)
    assert problems(result) == []
    assert (result.creation_count, result.bad_count) == (0, 0)
    assert result.update_count + result.silent_count == COUNT
    if not result.update_count:
        return
    client.post(file.check_url, {"rows": "all"})
    run = planned(BulkRun.objects.latest("created_at"))
    wrong = [
        (row.record_id, row.state, row.reason, row.change)
        for row in run.rows.exclude(state=RowState.UNCHANGED)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xlsx saved again"])
@pytest.mark.parametrize("name", IMPORTED)
def test_a_downloaded_list_comes_back_as_it_was(admin_client, odd, name, kind):
    odd(name)
    answer = admin_client.get(reverse(f"list_files:{name}_{kind[:4].strip()}", kwargs=path_of(name)))
    content = b"".join(answer.streaming_content)
    nothing_is_planned(admin_client, saved_again(content) if "again" in kind else content, name)


@pytest.mark.parametrize("name", IMPORTED)
@pytest.mark.parametrize("make", [csv_of, workbook_of])
def test_every_field_comes_back_as_it_was(admin_client, odd, name, make):
    targets, records = odd(name)
    names = targets.names()
    rows = [names, *([cell_of(value_at(record, one)) for one in names] for record in records)]
    if make is workbook_of:
        # What no workbook holds is written as the list's file writes it.
        marks = {"_x0041_": "_x005F_x0041_", "\x01": "_x0001_", "\r": "_x000D_"}
        for old, new in marks.items():
            rows = [[cell.replace(old, new) for cell in row] for row in rows]
    nothing_is_planned(admin_client, make(rows), name)


@pytest.mark.parametrize("name", IMPORTED)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_as_it_is_creates_a_record(admin_client, name, kind):
    answer = admin_client.get(reverse(f"imports:{name}_example_{kind}", kwargs=path_of(name)))
    _file, result = checked(admin_client, answer.content, name)
    assert (problems(result), list(result.lacks)) == ([], [])
    assert (result.creation_count, result.update_count) == (1, 0)
