"""What holds for every page and every call, whatever a test is about."""

import json
from typing import Any

import pytest

from tests.resources.pages import Page

ADDRESSES = {"href", "src", "action", "hx-get"}


def visit(
    client, address: str, *, status: int = 200, fragment: bool = False, data=None, **headers: str
) -> Page:
    """The page at an address (a POST when there is data), held to what every page must keep."""
    if fragment:
        headers = {"HX-Request": "true", "HX-Target": "results", **headers}
    response = (
        client.get(address, headers=headers) if data is None else client.post(address, data, headers=headers)
    )
    assert response.status_code == status, response.content.decode()[:2000]
    assert "HX-Request" in response["Vary"]
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    page = Page(response)
    for element in page.elements:
        handlers = [name for name in element.attributes if name.startswith("on")]
        assert not handlers, f"<{element.tag} {handlers}>"
        assert "style" not in element.attributes, f"<{element.tag} style>"
        assert element.tag != "style"
        assert element.tag != "script" or (element["src"] and not element.text)
        for name in ADDRESSES & element.attributes.keys():
            assert not element[name].strip().lower().startswith(("javascript:", "data:", "vbscript:"))
    assert bool(page.all("html")) is not fragment
    return page


def carried_out(client, address: str, data: dict[str, Any]) -> Page:
    """The page that a form leads to when what it asks for is done."""
    response = client.post(address, data)
    assert response.status_code == 302, response.content.decode()[:2000]
    return visit(client, response["Location"])


@pytest.fixture(autouse=True)
def _only_what_the_contract_allows(request):
    """No request of a test may break the contract, except where the test asks for `provokes_violations`."""
    sandbox = request.getfixturevalue("sandbox") if "sandbox" in request.fixturenames else None
    yield
    if sandbox is not None and "provokes_violations" not in request.fixturenames:
        assert [entry for entry in sandbox.journal() if entry["violations"]] == []


@pytest.fixture
def provokes_violations():
    """For a test that shows what the API's own refusal of a request looks like."""


@pytest.fixture
def calls(sandbox):
    """A function that gives the operations asked for since it was called last, in no order."""
    seen = len(sandbox.journal())

    def since() -> list[str]:
        nonlocal seen
        entries = sandbox.journal()[seen:]
        seen += len(entries)
        return sorted(entry["operation"] for entry in entries)

    return since


@pytest.fixture
def sent(sandbox, monkeypatch):
    """The bodies of the writes that reached the API: (operation, body), oldest first."""
    bodies: list[tuple[str, Any]] = []
    answer = sandbox.application.answer

    def recorded(request):
        if request.method != "GET":
            match = sandbox.application.contract.match(request.method, request.path)
            bodies.append((match.operation.id, json.loads(request.body) if request.body else None))
        return answer(request)

    monkeypatch.setattr(sandbox.application, "answer", recorded)
    return bodies
