"""What every registered resource does, over HTTP to the sandbox. Nothing here knows a resource by name."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.resource import Resource
from tests.resources.every.bad_news import BAD_NEWS, FOR_EVERY_RESOURCE
from tests.resources.every.places import PLACE, kept_at
from tests.support.bulk_runs import start_url


def pytest_generate_tests(metafunc):
    """Each test once for each resource of the module that it stands in, and that its mark `resources` is for.

    A module that takes these tests over for other resources has a list of its own.
    """
    if "resource" not in metafunc.fixturenames:
        return
    resources = getattr(metafunc.module, "RESOURCES", registry.resources())
    if metafunc.definition.get_closest_marker("engine"):
        resources = [resource for resource in resources if resource in representatives()]
    for mark in metafunc.definition.iter_markers("resources"):
        is_fitting = mark.kwargs["that_fit"]
        resources = [resource for resource in resources if is_fitting(resource)]
    if "news" not in metafunc.fixturenames:
        metafunc.parametrize("resource", resources, ids=[resource.name for resource in resources])
        return
    first = registry.resources()[0]
    pairs = [
        pytest.param(resource, news, id=f"{resource.name}-{news}")
        for resource in resources
        for news in _news_of(resource, first)
    ]
    metafunc.parametrize(("resource", "news"), pairs)


def representatives():
    """The first resource of each place that one may lie in, and those that bring a contract of their own."""
    by_place: dict[tuple[str, ...], Resource] = {}
    for resource in registry.resources():
        by_place.setdefault(resource.path_parameters, resource)
    return [one for one in registry.resources() if one in by_place.values() or one.contract_file]


def _news_of(resource, first):
    if resource is first:
        return BAD_NEWS
    return FOR_EVERY_RESOURCE if resource in representatives() else FOR_EVERY_RESOURCE[-1:]


@pytest.fixture
def operations(resource):
    return builtin_contract().for_tag(resource.tag)


@pytest.fixture
def list_url(resource):
    return resource.url("list", PLACE)


@pytest.fixture(autouse=True)
def _enough_records(resource, sandbox):
    """250 records, numbered from 1001, made from those the sandbox starts with."""
    store = sandbox.application.store
    place = kept_at(resource, sandbox)
    seeded = store.records(place)
    models = seeded or [_model(resource, sandbox)]
    kept = {str(1001 + n): {**models[n % len(models)], "id": 1001 + n} for n in range(250)}
    gone = {str(record["id"]): None for record in seeded if str(record["id"]) not in kept}
    with store.lock:
        store.write([(place, key, record) for key, record in {**gone, **kept}.items()])


def _model(resource, sandbox):
    """A record of a resource that the sandbox starts without; what it refers to is there."""
    contract, store = sandbox.application.contract, sandbox.application.store
    references = {
        field: store.records(("org-main", contract.kind_of(tag), ""))[0]["id"]
        for field, tag in resource.form_class.references.items()
    }
    name = {resource.title_field: "Alone", resource.search_field: "Alone"}
    return {**references, **name, "active": True, "created_at": "2026-01-01T00:00:00Z"}


@pytest.fixture
def record_id():
    """The id of a record the sandbox holds."""
    return "1001"


@pytest.fixture
def address(resource, record_id):
    """A function from a page's name to its address; "bulk" is where a selection is sent to."""

    def address_of(page):
        if page == "bulk":
            return start_url(resource, PLACE)
        return resource.url(page, PLACE, "" if page in ("list", "create", "filter", "suggest") else record_id)

    return address_of
