"""Whatever stands in a field, at the API or typed here: shown escaped, kept, sent back as it was unless changed."""

from typing import Any

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.forms.bodies import leaves
from apps.resources.forms.web_addresses import is_for_address, is_for_email
from tests.resources.every.places import PLACE, kept_at
from tests.resources.pages import Page
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db

#: What an API may hold in any field, whatever its type. None is null, ... is a missing field.
HELD = {
    "empty": "",
    "long": "x" * 3000,
    "right-to-left": "‏שלום‎ \u202eevil\u202c",
    "emoji and CJK": "🦊 日本語 – ẞ",
    "markup": "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;{{ 7 }}{% now %}",
    "script address": "javascript:alert(document.cookie)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "number as text": "4.50",
    "unknown word": "Invite_Only_2",
    "null": None,
    "missing": ...,
    "true": True,
    "number": 7,
    "fraction": 1.25,
    "list": ["a", 1, None],
    "object": {"<b>": {"deep": [0.5]}},
}
#: What a person may type into any text field.
TYPED = {name: HELD[name] for name in HELD if isinstance(HELD[name], str) and HELD[name]}
#: Those whose records can be changed.
RESOURCES = [
    resource
    for resource in registry.resources()
    if {"create", "update"} <= builtin_contract().for_tag(resource.tag).keys()
]
READ_ONLY = {"id", "created_at", "updated_at"}


#: One of each way to be odd; what reads and sends is one for all, so the first resource is tried with the rest.
FOR_EVERY_RESOURCE = ("null", "missing", "list", "number as text", "markup")


def pytest_generate_tests(metafunc):
    """Every resource with some kinds of values, the first one with all."""
    known = next(
        (mark.args[0] for mark in metafunc.definition.iter_markers("kinds")),
        (),
    )
    pairs = [
        pytest.param(resource, kind, id=f"{resource.name}-{kind}")
        for resource in RESOURCES
        for kind in known
        if resource is RESOURCES[0] or resource.contract_file or kind in FOR_EVERY_RESOURCE
    ]
    if pairs:
        metafunc.parametrize(("resource", "kind"), pairs)


@pytest.fixture
def fields(resource):
    """The leaves of the update's body, by their dotted names."""
    return dict(leaves(builtin_contract().for_tag(resource.tag)["update"].body_fields.values()))


@pytest.fixture
def place(resource, sandbox):
    return kept_at(resource, sandbox)


@pytest.fixture
def put(resource, place, sandbox):
    """Write a record that holds a value in every field of its form, besides one nobody knows."""
    store = sandbox.application.store

    def put(value):
        record: dict[str, Any] = {"id": "77"}
        for name, field in builtin_contract().record_fields(resource.tag).items():
            if name in READ_ONLY or value is ...:
                continue
            record[name] = dict.fromkeys(field.fields, value) if field.fields else value
        # Without any field of the contract it would be no record at all; what is unknown is kept too.
        record |= {
            "created_at": "2026-01-01T00:00:00Z",
            "only_the_api_knows": value if value is not ... else "x",
        }
        with store.lock:
            store.write([(place, "77", record)])
        return record

    return put


def shown(value):
    """How a text stands on a page whose spaces are single."""
    return " ".join(value.split())


def is_clean(page):
    """Nothing of a value became an element."""
    assert not [s for s in page.all("script") if not s["src"]]
    assert not page.all("img")
    assert not [element for element in page.elements if "onerror" in element.attributes]


@pytest.mark.kinds(HELD)
def test_what_the_api_holds_is_shown_and_an_unchanged_form_sends_nothing(
    admin_client, resource, put, kind, sandbox, calls
):
    value = HELD[kind]
    put(value)
    listed = visit(admin_client, f"{resource.url('list', PLACE)}?filter[id]=77")
    assert len(listed.rows) == 1
    detail = visit(admin_client, resource.url("detail", PLACE, "77"))
    edit = visit(admin_client, resource.url("edit", PLACE, "77"))
    for page in (listed, detail, edit):
        is_clean(page)
        links = [a["href"].lower() for a in page.all("a")]
        assert not [link for link in links if link.startswith(("javascript:", "data:"))]
    if isinstance(value, str) and value:
        assert shown(value) in detail.text
        assert value in edit.fields().values()
    calls()
    url = resource.url("edit", PLACE, "77")
    response = admin_client.post(url, edit.fields())
    if response.status_code == 422:
        # An update must carry what the contract requires, and the API holds nothing there to send back.
        assert value in ("", None, ...)
        complaints = Page(response).one("div", class_="error-summary").inner
        assert all(item.text.endswith("This field is required.") for item in complaints if item.tag == "li")
    else:
        assert response.status_code == 302
    assert not {name for name in calls() if name.startswith("update")}


@pytest.mark.kinds(HELD)
def test_a_change_of_one_field_sends_the_others_back_as_they_were(
    admin_client, resource, fields, put, kind, sent, provokes_violations
):
    record = put(HELD[kind])
    update = builtin_contract().for_tag(resource.tag)["update"]
    # A text that is not required, so that it alone is changed.
    name = next(
        name
        for name, field in fields.items()
        if field.type == "string" and not field.enum and not field.required and "." not in name
        and name not in {*resource.form_class.choices, *resource.form_class.passwords}
    )  # fmt: skip
    url = resource.url("edit", PLACE, "77")
    required = {field for field, one in update.body_fields.items() if one.required}
    lacking = {field for field in required if record.get(field) in ("", None)}
    given = {field: fit_for(update.body_fields[field]) for field in lacking}
    changed = fit_for(fields[name], "Changed here")
    admin_client.post(url, {**visit(admin_client, url).fields(), **given, name: changed})
    [(operation, body)] = sent
    assert operation == update.id
    assert body.pop(name) == changed
    assert body.keys() == required
    for field in required - lacking:
        # A whole number and its text are the same to the contract's type.
        assert str(body[field]) == str(record[field]), field
        assert isinstance(body[field], bool) is isinstance(record[field], bool)


@pytest.mark.kinds(TYPED)
def test_what_is_typed_is_kept_and_sent_to_the_letter(
    admin_client, resource, kind, sent, provokes_violations
):
    typed = TYPED[kind]
    create = builtin_contract().for_tag(resource.tag)["create"]
    url = resource.url("create", PLACE)
    form = visit(admin_client, url)
    wanted = dict(leaves(create.body_fields.values()))
    texts = {element["name"] for element in form.elements if element.tag in ("input", "textarea")}
    bad = {name: typed for name in wanted if name in texts and wanted[name].type != "boolean"}
    boxes = {element["name"] for element in form.all("input", type="checkbox")}
    data = {**form.fields(), **{name: text for name, text in bad.items() if name not in boxes}}
    response = admin_client.post(url, data)
    if response.status_code == 422:
        again = visit(admin_client, url, data=data, status=422)
        is_clean(again)
        secret = resource.form_class.passwords
        kept = again.fields()
        for name in bad.keys() - boxes - secret:
            assert kept[name] == typed, name
        # What is no number, address or reference is refused at its field; the rest can be sent.
        good = visit(admin_client, url).fields()
        wrong = {
            name
            for name in bad
            if wanted[name].type in ("number", "integer")
            or _is_reference(resource, name)
            or _is_checked(wanted[name])
        }
        mended = {name: good.get(name, "") or fit_for(wanted[name]) for name in wrong}
        response = admin_client.post(url, {**data, **mended})
    assert response.status_code == 302, response.content.decode()[:500]
    [(operation, body)] = sent
    assert operation == create.id
    strings = [
        n for n in bad.keys() - boxes if wanted[n].type == "string" and not wanted[n].enum and "." not in n
    ]
    free = [
        name
        for name in strings
        if not _is_reference(resource, name)
        and not _is_checked(wanted[name])
        and name not in resource.form_class.choices
    ]
    assert free
    assert {name: body[name] for name in free} == dict.fromkeys(free, typed)


def fit_for(field, otherwise="101"):
    """A value that the field takes."""
    if is_for_address(field):
        return "https://example.com/changed"
    return "changed@example.com" if is_for_email(field) else otherwise


def _is_checked(field):
    """Whether the form takes only what is an address of the web or of a mailbox."""
    return is_for_address(field) or is_for_email(field)


def _is_reference(resource, name):
    return name in resource.form_class.references
