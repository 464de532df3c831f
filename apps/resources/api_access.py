"""What the hooks of a declaration may ask of the API. `scope.Scope` offers it, and no declaration depends on that."""

from collections.abc import Mapping
from typing import Protocol

from apps.api.client import Page
from apps.api.contract.contract import Operation
from apps.api.query import ListQuery
from apps.connections.models import Connection


class ApiAccess(Protocol):
    """One person's access to the records of one resource, in one place of the API."""

    @property
    def connection(self) -> Connection:
        """The person's connection to the service."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The resource's operations by role: list, get, create, update, delete, bulk_status, bulk_delete."""

    def read_page(self, query: ListQuery) -> Page:
        """One page of records. Raises `ApiError` when the API does not give it."""

    def refusal(self, role: str, record_id: str = "") -> str | None:
        """The API's words where the key was refused a call of that role within the last hour; None where not."""

    def may_try(self, role: str, record_id: str = "") -> bool:
        """Whether the contract has an operation of that role, and the key was not refused it within the last hour."""
