"""The rules every test of the offers keeps."""

from typing import Any

import pytest

from tests.resources.rules import _only_what_the_contract_allows, calls, provokes_violations, sent

__all__ = ["_only_what_the_contract_allows", "calls", "provokes_violations", "sent"]


LIST = "/integrations/int-eu/offers/"


@pytest.fixture
def store(sandbox):
    """The sandbox's offers of int-eu, to look at and to write odd ones into."""
    return Offers(sandbox)


class Offers:
    """Offers as the API holds them."""

    place = ("org-main", "offers", "int-eu")

    def __init__(self, sandbox) -> None:
        self._store = sandbox.application.store

    def __getitem__(self, key: int) -> dict[str, Any]:
        record = self._store.get(self.place, str(key))
        assert record is not None
        return record

    def __contains__(self, key: int) -> bool:
        return self._store.get(self.place, str(key)) is not None

    def named(self, name: str) -> list[dict[str, Any]]:
        return [record for record in self._store.records(self.place) if record.get("name") == name]

    def put(self, key: int, record: dict[str, Any] | None) -> None:
        """Write a record as it is, or archive it with None."""
        with self._store.lock:
            self._store.write([(self.place, str(key), record)])

    def change(self, key: int, **values: Any) -> None:
        """Set some fields of a record behind everybody's back."""
        self.put(key, {**self[key], **values})
