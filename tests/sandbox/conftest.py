"""How these tests speak to the sandbox: over HTTP, like anybody else."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.support.sandbox import Sandbox

Call = Callable[..., requests.Response]


@pytest.fixture
def call(sandbox: Sandbox):
    """`call("GET", "/users")` with the administrator's key; `key=None` sends none."""
    with requests.Session() as session:

        def send(
            method: str, path: str, *, key: str | None = sandbox.admin_key, **options: Any
        ) -> requests.Response:
            headers = {"API-KEY": key} if key else {}
            return session.request(method, sandbox.base_url + path, headers=headers, timeout=60, **options)

        yield send
