"""A person's way to the API: their connection, a client, and the contract they speak."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.api.client import Client, Page, Profile
from apps.api.contract.contract import Contract, Field, Operation
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RecordNotFound, RequestRefused, UnreadableAnswer
from apps.api.query import ListQuery
from apps.connections.clients import client_for, connection_for, connection_for_service
from apps.connections.models import Connection, Service
from apps.connections.refused_operations import RefusedOperations, path_values_of
from apps.resources import registry
from apps.resources.lists.catalogues import catalogue_of
from apps.resources.lists.refused_operators import INSTEAD, RefusedOperators, without
from apps.resources.lists.state import FieldCatalogue
from apps.resources.resource import Resource
from apps.ui.columns import Record


class Scope:
    """Binds a resource to one person's connection and one place in the API (`path`: the contract's path parameters)."""

    def __init__(
        self,
        resource: Resource,
        connection: Connection,
        client: Client,
        path: Mapping[str, str],
        seconds: float,
    ) -> None:
        self.resource = resource
        self.connection = connection
        self.client = client
        self.path = dict(path)
        #: The time budget of its client, and of one that is renewed.
        self.seconds = seconds

    @classmethod
    def for_person(
        cls,
        person: User,
        resource: Resource,
        path: Mapping[str, str],
        *,
        profile: Profile,
        seconds: float,
        service: Service | None = None,
    ) -> "Scope":
        """What a person's key reaches, for a page or a worker: `seconds` is the time budget of all its calls together.

        Records that lie in no integration are those of `service`. Raises `NoConnection` when the person has no key for
        the service, `UnknownIntegration` for an integration nobody registered, `ValueError` when no service is said.
        """
        integration = path.get("integrationID")
        if integration:
            connection = connection_for(person, integration)
        elif service:
            connection = connection_for_service(person, service)
        else:
            raise ValueError(f"Of which service are the {resource.label_plural.lower()}?")
        return cls.through(connection, resource, path, profile=profile, seconds=seconds)

    @classmethod
    def through(
        cls,
        connection: Connection,
        resource: Resource,
        path: Mapping[str, str],
        *,
        profile: Profile,
        seconds: float,
    ) -> "Scope":
        """What the connection's key reaches. Raises `KeyUnreadable`."""
        client = client_for(connection, profile=profile, deadline=Deadline(seconds))
        return cls(resource, connection, client, path, seconds)

    def at(self, resource: Resource, path: Mapping[str, str]) -> "Scope":
        """Another resource, or another place, through the same connection and within the same time."""
        return Scope(resource, self.connection, self.client, path, self.seconds)

    def below(self, resource: Resource, record_id: str) -> "Scope":
        """The scope of the records of another resource that lie below one of this resource's records."""
        return self.at(resource, self.record_path(record_id))

    def above(self, parent: Resource) -> "Scope":
        """The scope of the records that this one's records lie below."""
        return self.at(parent, self.path)

    def renewed(self) -> "Scope":
        """The same with a time budget of its own, for what must not go without because other calls took long."""
        profile = self.client.profile
        return self.through(self.connection, self.resource, self.path, profile=profile, seconds=self.seconds)

    @property
    def service_id(self) -> UUID:
        """The service whose records these are."""
        return self.connection.service_id

    @property
    def contract(self) -> Contract:
        """The contract of the connection's service."""
        return self.client.endpoint.contract

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The resource's operations by role: list, get, create, update, delete, bulk_status, bulk_delete."""
        return self.contract.for_tag(self.resource.tag)

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields of one record, as the contract has them."""
        return self.contract.record_fields(self.resource.tag)

    @cached_property
    def catalogue(self) -> FieldCatalogue:
        """What the list can be filtered and sorted by."""
        return catalogue_of(self.resource, self.contract)

    @cached_property
    def shown_fields(self) -> Mapping[str, Field]:
        """The contract's fields by dotted name, and those that the records take over from the one they lie below."""
        if not self.resource.inherited:
            return self.catalogue.fields
        above = self.contract.record_fields(registry.named(self.resource.parent).tag)
        taken = {name: above[name] for name in self.resource.inherited if name in above}
        return {**taken, **self.catalogue.fields}

    @property
    def list_path(self) -> dict[str, str]:
        """The path parameters of the list: those of the page without the record's own id."""
        return {name: self.path[name] for name in self.resource.path_parameters}

    def record_path(self, record_id: str) -> dict[str, str]:
        """The path parameters of one record."""
        return {**self.list_path, self.resource.id_parameter: record_id}

    # --- What the key was refused of late ---

    @cached_property
    def refused_operations(self) -> RefusedOperations:
        """The calls that the connection's key was refused within the last hour."""
        return RefusedOperations.of(self.connection.key_name)

    def refusal(self, role: str, record_id: str = "") -> str | None:
        """The API's words where a call of that role was refused to the key here; None where it may be allowed."""
        operation = self.operations.get(role)
        if operation is None:
            return None
        path = self.record_path(record_id) if record_id else self.list_path
        return self.refused_operations.said(operation.id, path_values_of(path))

    def may_try(self, role: str, record_id: str = "") -> bool:
        """Whether the contract has an operation of that role, and the key was not refused it of late."""
        return role in self.operations and self.refusal(role, record_id) is None

    def read_page(self, query: ListQuery) -> Page:
        """One page of records."""
        return self.client.list(self.operations["list"].id, self.list_path, query)

    def search(self, query: ListQuery) -> tuple[Page, ListQuery]:
        """One page of records, and the query it answers: with a whole text where the API refuses a part of one."""
        asked = without(query, self._refused_operators.known)
        try:
            return self.read_page(asked), asked
        except RequestRefused as error:
            instead = without(asked, frozenset(INSTEAD))
            if instead == asked:
                raise
            page = self.read_page(instead)
            self._refused_operators.note(asked, error)
            return page, instead

    @cached_property
    def _refused_operators(self) -> RefusedOperators:
        return RefusedOperators(self.connection.service, self.resource.tag)

    @property
    def offered_operators(self) -> tuple[str, ...]:
        """The contract's filter operators without those that the service refuses."""
        refused = self._refused_operators.known
        return tuple(name for name in self.contract.filter_operators if name not in refused)

    def get(self, record_id: str) -> dict[str, Any]:
        """One record. Raises `UnreadableAnswer` for an object that has none of the contract's fields."""
        operation = self.operations["get"]
        record = self.client.get(operation.id, self.record_path(record_id))
        if not self.fields.keys() & record.keys():
            raise UnreadableAnswer(operation.id, "The answer holds none of the fields it should.")
        return record

    def get_or_none(self, record_id: str) -> dict[str, Any] | None:
        """One record, or None when the API says it is gone."""
        try:
            return self.get(record_id)
        except RecordNotFound:
            return None

    def inherited_from(self, parent: Record) -> dict[str, Any]:
        """What these records take over from the one they lie below."""
        return {name: parent[name] for name in self.resource.inherited if name in parent}

    def read_inherited(self) -> dict[str, Any]:
        """The same, read now; nothing where the parent cannot be read, or these take over nothing. One call."""
        if not self.resource.inherited:
            return {}
        parent = registry.named(self.resource.parent)
        try:
            return self.inherited_from(self.above(parent).get(self.path[self.resource.path_parameters[-1]]))
        except ApiError:
            return {}
