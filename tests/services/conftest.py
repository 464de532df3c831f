"""Templates of the databases and one sandbox, shared by all tests."""

import os
from collections.abc import Iterator

import pytest

from tests.services.stand import Template, has_postgresql
from tests.support.sandbox import Sandbox


@pytest.fixture(scope="package")
def api() -> Iterator[Sandbox]:
    """A sandbox without a daily limit of its own."""
    with Sandbox() as running:
        running.settings(export_pending_seconds=0, export_running_seconds=0, exports_per_day=10_000)
        yield running


@pytest.fixture(scope="package")
def sqlite_template(api, tmp_path_factory):
    """A SQLite file."""
    return Template("sqlite", tmp_path_factory.mktemp("sqlite"), api.base_url, api.admin_key)


@pytest.fixture(scope="package")
def postgresql() -> None:
    """A PostgreSQL server; without one the test is skipped, or fails where services are required."""
    if not has_postgresql():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("PostgreSQL does not answer")
        pytest.skip("PostgreSQL does not answer")


@pytest.fixture(scope="package")
def postgresql_template(postgresql, api, tmp_path_factory):
    """A PostgreSQL database."""
    template = Template("postgresql", tmp_path_factory.mktemp("postgresql"), api.base_url, api.admin_key)
    yield template
    template.drop(template.name)


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request):
    """Each of the databases in turn."""
    return request.getfixturevalue(f"{request.param}_template")
