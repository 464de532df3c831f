"""Where the records of every resource lie in these tests, and how their addresses are read off a page."""

from functools import cache

from apps.resources import registry
from apps.sandbox.contract.routes import Contract
from apps.sandbox.data.added_seeds import added_records
from apps.sandbox.data.seed_records import Records, seeded_records
from tests.resources.pages import Page


@cache
def _first_records() -> tuple[Contract, Records]:
    """The contract and what the sandbox starts with: the same in every test, and a while in the making."""
    files = registry.contract_files()
    contract = Contract.load(added=files)
    records = seeded_records()
    return contract, records | added_records(contract, files, records)


def known_ids(number: int = 0) -> dict[str, str]:
    """By path parameter: the id of a record that the sandbox starts with, in the first integration; the n-th."""
    contract, records = _first_records()
    found = {"integrationID": "int-eu"}
    for kind in sorted(contract.kinds.values(), key=lambda kind: len(kind.above)):
        place = ("org-main", kind.name, "/".join(found.get(name, "") for name in kind.above))
        ids = list(records.get(place, {})) or ["1001"]
        found[kind.id_parameter] = ids[min(number, len(ids) - 1)]
    return found


#: Path parameters of every place a resource may lie in.
PLACE = known_ids()
READ_PAGES = ["list", "detail", "edit", "archive"]


def records_on(page: Page) -> set[str]:
    """The addresses of the records in the table."""
    heads = [head for head in page.all("th", scope="row") if "name-cell" in head["class"].split()]
    return {link["href"] for head in heads for link in head.inner if link.tag == "a" and link["href"]}


def kept_at(resource, sandbox) -> tuple[str, str, str]:
    """Where the sandbox keeps the records of a resource that lie at `PLACE`."""
    kind = sandbox.application.contract.kind_of(resource.tag)
    return ("org-main", kind, "/".join(PLACE[name] for name in resource.path_parameters))
