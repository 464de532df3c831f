"""`manage.py contract`: check, use, show, reset."""

import copy
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from apps.api.contract.contract import BUILTIN_FILE, builtin_contract
from apps.api.token_api import TOKEN_FILE
from apps.connections.clients import contract_for
from apps.connections.models import Service
from tests.support.moved_contract import moved_document

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What the command prints."""
    output = io.StringIO()
    call_command("contract", *arguments, stdout=output, no_color=True)
    return output.getvalue()


@pytest.fixture
def acme():
    return Service.objects.create(name="Acme", base_url="https://api.app.integr8.co/api/v2")


@pytest.fixture
def written(tmp_path):
    """A function that writes a document into a file and gives its path."""

    def write(document, name="vendor.json") -> str:
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return str(path)

    return write


def partial_document(*ids: str) -> dict:
    """A document with these of our operations only, under /v9."""
    paths: dict[str, dict] = {}
    for operation in map(builtin_contract().operation, ids):
        described = {"tags": [operation.tag], "summary": operation.summary, "responses": {}}
        paths.setdefault(f"/v9{operation.path}", {})[operation.method.lower()] = described
    return {"openapi": "3.0.3", "info": {"title": "Acme API", "version": "9.1"}, "paths": paths}


# --- check ---


def test_the_same_contract_is_said_to_be_the_same():
    assert run("check", str(BUILTIN_FILE)) == (
        "48 of our 48 operations are in the file, and nothing differs.\n"
    )
    assert "1 of our 1 operations" in run("check", str(TOKEN_FILE), "--kind", "token")


def test_a_moved_contract_is_shown_as_a_table_with_exit_code_1(written, capsys):
    file = written(yaml.safe_dump(moved_document()), "vendor.yaml")
    with pytest.raises(SystemExit) as exit_:
        call_command("contract", "check", file, no_color=True)
    assert exit_.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    columns = [lines[0].index(word) for word in ("OPERATION", "WHAT", "OURS", "THE FILE")]
    rows = {}
    operation = ""
    for line in lines[1 : lines.index("")]:
        cells = [line[a:b].strip() for a, b in zip(columns, [*columns[1:], None], strict=True)]
        operation = cells[0] or operation
        rows[operation, cells[1]] = (cells[2], cells[3])
    assert rows["updateOffer", "method"] == ("PATCH", "PUT")
    assert rows["listUsers", "path"] == ("/users", "/people")
    assert rows["createOffer", "field currency is required"] == ("no", "yes")
    assert rows["createOffer", "field restriction_note"] == ("string", "–")
    assert rows["createOffer", "field tier"] == ("–", "string")
    assert rows["createOffer", "values of field visibility"] == ("no others", "Secret")
    assert rows["createOffer", "name of field advertiser_id"] == ("advertiser_id", "advertiserId")
    assert rows["updateOffer", "name of field default_payout.payout_type"] == ("payout_type", "payoutType")
    assert rows["bulkDeletePublishers", "name of field data"] == ("data", "records")
    assert rows["getUser", "name of answered field updated_at"] == ("updated_at", "lastModified")
    assert rows["createOffer", "name of field description"] == ("description", "pitch")
    assert rows["clickReport", "name of parameter start_time"] == ("start_time", "from")
    after = lines[lines.index("") + 1 :]
    assert (
        "Offers: nothing in the file matches our restriction_note, and it has priority, tier besides. "
        "If one is the other's new name, say so with --field."
    ) in after
    assert lines[-1] == ("48 of our 48 operations are in the file; 48 of them differ; it lacks 0 and adds 2.")


def test_lacking_and_added_operations_are_rows_too(written, capsys):
    document = copy.deepcopy(json.loads(BUILTIN_FILE.read_text(encoding="utf-8")))
    del document["paths"]["/users/{userID}"]["get"]
    document["paths"]["/coffees"] = {"get": {"operationId": "drink", "tags": ["Coffee"], "summary": "Drink"}}
    with pytest.raises(SystemExit):
        call_command("contract", "check", written(document))
    said = capsys.readouterr().out
    assert [line.split() for line in said.splitlines()[1:3]] == [
        ["getUser", "operation", "GET", "/users/{userID}", "–"],
        ["drink", "operation", "–", "GET", "/coffees"],
    ]
    assert "it lacks 1 and adds 1" in said


@pytest.mark.parametrize(
    ("make", "code", "complaint"),
    [
        (lambda: BUILTIN_FILE.read_text(), 0, ""),
        (lambda: json.dumps(moved_document()), 1, ""),
        (lambda: "no: contract", 2, "has no paths"),
        (lambda: "a: &a [x]\nb: &b [" + "*a, " * 1000 + "]\nc: [" + "*b, " * 1000 + "]", 2, "repeats itself"),
        (lambda: "[" * 100_000, 2, "nested too deeply"),
        (lambda: None, 2, "cannot be read"),
    ],
)
def test_each_file_has_its_exit_code_and_quiet_prints_nothing(
    written, tmp_path, capfd, make, code, complaint
):
    content = make()
    file = written(content) if content is not None else str(tmp_path / "none.yaml")
    ended: str | int | None = 0
    said = ""
    try:
        call_command("contract", "check", file, "--quiet")
    except SystemExit as end:
        ended = end.code
    except CommandError as refusal:
        ended, said = refusal.returncode, str(refusal)
    assert ended == code, said
    assert capfd.readouterr() == ("", "")
    assert complaint in said


def test_scripts_get_the_exit_code_and_one_sentence(written):
    done = subprocess.run(
        [sys.executable, "manage.py", "contract", "check", written("no: contract"), "--quiet"],
        cwd=Path(__file__).parents[2],
        env=os.environ.copy(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "has no paths" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_no_word_explains_can_be_given(acme, written, capsys):
    document = json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))
    properties = document["components"]["schemas"]["Offer"]["properties"]
    properties["lastResort"] = properties.pop("fallback_url")
    payout = document["components"]["schemas"]["OfferPayoutConfig"]["properties"]
    payout["net"] = payout.pop("payout")
    file = written(document)
    given = ["--field", "Offers.fallback_url=lastResort", "--field", "Offers.default_payout.payout=net"]
    with pytest.raises(SystemExit):
        call_command("contract", "check", file, *given)
    said = capsys.readouterr().out
    assert "name of field fallback_url" in said
    assert "--field" not in said
    run("use", file, "--service", "Acme", *given)
    fields = contract_for(Service.objects.get()).operation("updateOffer").body_fields
    assert fields["fallback_url"].sent_as == "lastResort"
    assert fields["default_payout"].fields["payout"].sent_as == "net"
    assert "name of field" not in run("show", "--service", "Acme")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("Offers.advertiser_id", "is not written as TAG.OURS=THEIRS"),
        ("advertiser_id=x", "is not written as TAG.OURS=THEIRS"),
        ("Offers.=x", "is not written as TAG.OURS=THEIRS"),
        ("Offers.colour=x", "Offers.colour is no field of ours"),
        ("Coffees.name=x", "Coffees.name is no field of ours"),
        ("Offers.name=colour", "no operation of Offers in the file has a field colour there"),
    ],
)
def test_a_name_given_wrongly_is_refused(acme, written, option, words):
    with pytest.raises(CommandError, match=re.escape(words)) as refused:
        run("check", str(BUILTIN_FILE), "--field", option)
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match=re.escape(words)):
        run("use", str(BUILTIN_FILE), "--service", "Acme", "--field", option)
    acme.refresh_from_db()
    assert not acme.contract_digest


# --- use, show, reset ---


def test_a_file_becomes_the_contract_at_once_and_what_it_lacks_is_said(acme, written):
    assert contract_for(acme) is builtin_contract()
    said = run("use", written(partial_document("listUsers", "getOffer")), "--service", "Acme")
    assert "Acme uses" in said
    assert "2 of our 48 operations are in the file; 2 of them differ; it lacks 46 and adds 0." in said
    assert "It lacks these, and ours are used: createUser (Users: Create User), " in said
    contract = contract_for(Service.objects.defer("contract").get())
    assert contract.operation("listUsers").path == "/v9/users"
    assert contract.operation("getUser") == builtin_contract().operation("getUser")


def test_other_services_keep_theirs(acme, written):
    other = Service.objects.create(name="Other", base_url="https://api.app.integr8.co/api/v2")
    run("use", written(moved_document()), "--service", "Acme")
    other.refresh_from_db()
    assert contract_for(other) is builtin_contract()


def test_what_the_file_adds_and_what_no_page_can_send_is_said(acme, written):
    document = partial_document("getUser")
    document["paths"] = {"/of/{tenant}/people/{userID}": document["paths"].popitem()[1]}
    document["paths"]["/coffees"] = {"get": {"operationId": "drink", "tags": ["Coffee"], "summary": "Drink"}}
    said = run("use", written(document), "--service", "Acme")
    assert "It adds these, which no page uses: drink (Coffee: Drink)." in said
    assert "getUser needs tenant, which no page sends: its calls will fail." in said


def test_show_says_which_contract_is_used_and_reset_goes_back(acme, written):
    assert run("show", "--service", "Acme") == "Acme uses the built-in contract; operations: 48.\n"
    run("use", written(partial_document("listUsers")), "--service", "Acme")
    acme.refresh_from_db()
    shown = run("show", "--service", "Acme")
    assert shown.startswith(f"Acme uses its own contract: Acme API 9.1 ({acme.contract_digest[:12]}).")
    assert "1 of our 48 operations are in the file" in shown
    assert "from now on" in run("reset", "--service", "Acme")
    acme.refresh_from_db()
    assert (acme.contract, contract_for(acme)) == (None, builtin_contract())
    assert "nothing changed" in run("reset", "--service", "Acme")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"swagger": "2.0", "paths": {}}, "not written for OpenAPI 3"),
        ({"openapi": "3.1.0"}, "has no paths"),
        ("{", "neither JSON nor YAML"),
        (
            {"openapi": "3.1.0", "paths": {"/coffees": {"get": {"tags": ["Coffee"], "summary": "Drink"}}}},
            "none of its operations",
        ),
        ({"openapi": "3.1.0", "paths": {}}, "none of its operations"),
    ],
)
def test_a_file_that_cannot_be_a_contract_is_refused_and_the_present_one_stays(acme, written, content, words):
    run("use", written(partial_document("listUsers")), "--service", "Acme")
    acme.refresh_from_db()
    with pytest.raises(CommandError, match=words):
        run("use", written(content, "bad"), "--service", "Acme")
    digest = acme.contract_digest
    acme.refresh_from_db()
    assert acme.contract_digest == digest


@pytest.mark.parametrize("action", ["show", "reset"])
def test_an_unknown_service_is_named_beside_the_known_ones(acme, action):
    with pytest.raises(CommandError, match=r"There is no service Nope\. Services: Acme\."):
        run(action, "--service", "Nope")


def test_a_contract_changed_between_two_reads_is_never_taken_for_the_earlier_one(acme, written):
    file = written(partial_document("listUsers"))
    run("use", file, "--service", "Acme")
    read_before = Service.objects.defer("contract").get()
    run("reset", "--service", "Acme")
    assert contract_for(read_before) is builtin_contract()
    run("use", written(moved_document(), "moved.json"), "--service", "Acme")
    assert contract_for(read_before).operation("listUsers").path == "/people"
    run("use", file, "--service", "Acme")
    assert contract_for(Service.objects.get()).operation("listUsers").path == "/v9/users"
