"""One request's way to the API: the person's connection, the client, and the contract they speak."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.api.client import PAGE, READ, Client, Page
from apps.api.contract.contract import Contract, Field, Operation
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RecordNotFound, RequestRefused, UnreadableAnswer
from apps.api.parallel import run_together
from apps.api.query import ListQuery
from apps.connections.clients import (
    NoConnection,
    UnknownIntegration,
    client_for,
    connection_for,
    connections_of,
    integrations_for,
)
from apps.connections.current_integration import current_integration
from apps.connections.models import Connection, Service
from apps.connections.refused_operations import RefusedCalls, place_of
from apps.resources import registry
from apps.resources.lists.refused_operators import INSTEAD, RefusedOperators, without
from apps.resources.lists.state import FieldCatalogue
from apps.resources.references.name_cache import NameCache, Names, referenced_ids
from apps.resources.resource import Resource
from apps.ui.columns import Record, ReferenceColumn, RowContext

T = TypeVar("T")
NOTHING_ELSE: Mapping[str, Iterable[str]] = {}
#: The hidden field of a form that names the service it was opened at.
SERVICE_FIELD = "_service"


class Scope:
    """Binds a resource to one person's connection and one place in the API (`path`: the contract's path parameters)."""

    def __init__(
        self, resource: Resource, connection: Connection, client: Client, path: Mapping[str, str]
    ) -> None:
        self.resource = resource
        self.connection = connection
        self.client = client
        self.path = dict(path)
        self._inherited: dict[str, Any] = {}

    @classmethod
    def for_request(cls, request: HttpRequest, resource: Resource, path: Mapping[str, str]) -> "Scope":
        """The scope of a page.

        Raises `NoConnection` when the person has no key for the service, 404 for an integration nobody registered.
        """
        person = signed_in_person(request)
        integration = path.get("integrationID")
        try:
            connection = (
                connection_for(person, integration) if integration else _connection_at_hand(request, person)
            )
        except UnknownIntegration as error:
            raise Http404("no such integration") from error
        deadline = Deadline(settings.PAGE_DEADLINE_SECONDS)
        # Where something is sent, a button says that it goes on; a page is empty until it is answered.
        profile = READ if request.method in ("GET", "HEAD") else PAGE
        return cls(resource, connection, client_for(connection, profile=profile, deadline=deadline), path)

    def below(self, resource: Resource, record_id: str) -> "Scope":
        """The scope of the records of another resource that lie below one of this resource's records."""
        return Scope(resource, self.connection, self.client, self.record_path(record_id))

    def above(self, parent: Resource) -> "Scope":
        """The scope of the records that this one's records lie below."""
        return Scope(parent, self.connection, self.client, self.path)

    def renewed(self) -> "Scope":
        """The same with a time budget of its own, for what must not go without because other calls took long."""
        deadline = Deadline(settings.PAGE_DEADLINE_SECONDS)
        client = client_for(self.connection, profile=self.client.profile, deadline=deadline)
        return Scope(self.resource, self.connection, client, self.path)

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
        return FieldCatalogue(
            self.fields,
            self.contract,
            self.resource.hidden_fields,
            self.resource.references,
            self.resource.label_of,
        )

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
    def refused_calls(self) -> RefusedCalls:
        """The calls that the connection's key was refused within the last hour."""
        return RefusedCalls.of(self.connection.key_name)

    def refusal(self, role: str, record_id: str = "") -> str | None:
        """The API's words where a call of that role was refused to the key here; None where it may be allowed."""
        operation = self.operations.get(role)
        if operation is None:
            return None
        path = self.record_path(record_id) if record_id else self.list_path
        return self.refused_calls.said(operation.id, place_of(path))

    def may_try(self, role: str, record_id: str = "") -> bool:
        """Whether the contract has an operation of that role, and the key was not refused it of late."""
        return role in self.operations and self.refusal(role, record_id) is None

    def read_page(self, query: ListQuery) -> Page:
        """One page of records."""
        return self.client.list(self.operations["list"].id, self.list_path, query)

    def search(self, query: ListQuery) -> tuple[Page, ListQuery]:
        """One page of records, and the query it answers: with a whole text where the API refuses a part of one."""
        refused = RefusedOperators(self.connection.service, self.resource.tag)
        asked = without(query, refused.known())
        try:
            return self.read_page(asked), asked
        except RequestRefused as error:
            instead = without(asked, frozenset(INSTEAD))
            if instead == asked:
                raise
            page = self.read_page(instead)
            refused.note(asked, error)
            return page, instead

    @property
    def offered_operators(self) -> tuple[str, ...]:
        """The contract's filter operators without those that the service refuses."""
        refused = RefusedOperators(self.connection.service, self.resource.tag).known()
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

    def _keep_inherited(self) -> None:
        self._inherited = self.read_inherited()

    def list_with_names(
        self,
        query: ListQuery,
        columns: Iterable[object],
        also: Mapping[str, Iterable[str]] = NOTHING_ELSE,
    ) -> tuple[Page, ListQuery, RowContext]:
        """One page of records, the query it answers, and the names its reference columns need.

        They are read side by side where nothing is cached. `also` are ids by tag whose names are wanted besides.
        """
        references = [column for column in columns if isinstance(column, ReferenceColumn)]
        caches = self._name_caches(references)
        caches |= {tag: self._names_of_tag(tag) for tag in also if tag not in caches}
        cold = [item.first_page for item in caches.values() if item.is_cold]
        search = partial(self.search, query)
        (page, answered), _ = self._beside(search, [*self._calls_above(), *cold])
        return page, answered, self._row_context(page.records, references, caches, also)

    def get_with_names(
        self,
        read: Callable[[], dict[str, Any]],
        columns: Iterable[object],
        beside: Sequence[Callable[[], Page]] = (),
    ) -> tuple[dict[str, Any], RowContext, list[Page | ApiError]]:
        """The record that `read` gives, the names of what it refers to, and what the calls made beside it answered."""
        references = [column for column in columns if isinstance(column, ReferenceColumn)]
        caches = self._name_caches(references)
        cold = [item.first_page for item in caches.values() if item.is_cold]
        record, others = self._beside(read, [*beside, *self._calls_above(), *cold])
        return record, self._row_context([record], references, caches), others[: len(beside)]

    def names_of(self, typed: Mapping[str, Iterable[str]]) -> dict[str, Names]:
        """The names of records whose ids were typed, by tag and id, read side by side; none for what is no id."""
        caches = {tag: NameCache(self.connection, self.client, tag) for tag in typed}
        ids = {}
        for tag, texts in typed.items():
            catalogue = FieldCatalogue(self.contract.record_fields(tag), self.contract)
            ids[tag] = {key for text in texts if (key := catalogue.as_id(text))}
        _complete(caches, ids)
        return {tag: item.names for tag, item in caches.items()}

    def _name_caches(self, references: Iterable[ReferenceColumn]) -> dict[str, NameCache]:
        return {r.tag: NameCache(self.connection, self.client, r.tag) for r in references}

    def _names_of_tag(self, tag: str) -> NameCache:
        resource = registry.by_tag(tag)
        names = resource.path_parameters if resource else ()
        return NameCache(self.connection, self.client, tag, {name: self.path[name] for name in names} or None)

    def _calls_above(self) -> list[Callable[[], None]]:
        """The call that reads what the records inherit, where they do."""
        return [self._keep_inherited] if self.resource.inherited else []

    @staticmethod
    def _beside(main: Callable[[], T], others: Iterable[Callable[[], Any]]) -> tuple[T, list[Any]]:
        first, *rest = run_together(main, *others)
        if isinstance(first, ApiError):
            raise first
        return first, rest

    def _row_context(
        self,
        records: Sequence[Record],
        references: Iterable[ReferenceColumn],
        caches: Mapping[str, NameCache],
        also: Mapping[str, Iterable[str]] = NOTHING_ELSE,
    ) -> RowContext:
        ids: dict[str, set[str]] = {tag: set(also.get(tag, ())) for tag in caches}
        for reference in references:
            ids[reference.tag] |= referenced_ids(records, reference.field)
        _complete(caches, ids)
        urls = {
            tag: resource.url_of_record(self.list_path)
            for tag in caches
            if (resource := registry.by_tag(tag)) is not None
        }
        names = {tag: item.names for tag, item in caches.items()}
        return RowContext(names, urls, self._inherited, self.shown_fields)


def _complete(caches: Mapping[str, NameCache], ids: Mapping[str, Iterable[str]]) -> None:
    """Read the names still unknown, of all tags side by side."""
    run_together(*(partial(caches[tag].complete, wanted) for tag, wanted in ids.items()))


def _connection_at_hand(request: HttpRequest, person: User) -> Connection:
    """The person's connection for records that belong to no integration.

    Of several services: the one where the form that is sent was opened, else that of the integration the page is about.
    """
    services = Service.objects.filter(kind=Service.Kind.INTEGR8)
    mine = connections_of(person).filter(service__kind=Service.Kind.INTEGR8).order_by("service__name")
    by_service = {str(connection.service_id): connection for connection in mine}
    named = request.POST.get(SERVICE_FIELD) or request.GET.get(SERVICE_FIELD)
    if named and named not in by_service:
        # Another service may have a record of the same id.
        raise NoConnection(get_object_or_404(services, pk=_as_uuid(named)))
    if not by_service:
        service = services.first()
        if service is None:
            raise Http404("no service is registered")
        raise NoConnection(service)
    if named is None and len(by_service) > 1:
        current = current_integration(request, integrations_for(person))
        named = str(current.service_id) if current else None
    return by_service[named] if named in by_service else next(iter(by_service.values()))


def _as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("no such service") from error
