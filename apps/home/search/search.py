"""The search across resources: which API calls a query makes, and the hits of each resource."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from apps.api.client import Page
from apps.api.errors import ApiError, RecordNotFound, RequestRefused
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.connections.models import Integration
from apps.network.transaction_ids import is_surely_transaction, looks_like_record_id
from apps.resources import registry
from apps.resources.lists.state import ListState
from apps.resources.request_scope import scope_of_request
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.text.direction import isolated
from apps.text.typed import one_line
from apps.ui.cells import Cell
from apps.ui.columns import BadgeColumn, Record, RowContext
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.values import is_missing, text_of, value_at

ROWS_SHOWN = 5
MAXIMUM_LENGTH = 200
#: Offers of that many integrations are looked through; the one at hand comes first.
MAXIMUM_INTEGRATIONS = 4


@dataclass(frozen=True)
class SearchQuery:
    """What a person typed, ready to be sent; `problem` says in words why it is not."""

    text: str
    problem: str = ""

    @classmethod
    def from_text(cls, typed: str) -> "SearchQuery":
        """The text as it can be sent; a longer one is cut to be shown."""
        text = one_line(typed)
        if len(text) > MAXIMUM_LENGTH:
            problem = f"A search can have {MAXIMUM_LENGTH} characters; this one has {len(text):,}."
            return cls(text[:MAXIMUM_LENGTH], problem)
        return cls(text)


@dataclass(frozen=True)
class SearchHit:
    """One record that was found."""

    record_id: str
    title: str
    url: str
    badges: list[Cell]
    #: The value that matched, where it is not the title.
    matched: str = ""


@dataclass
class SearchBlock:
    """The hits in one resource, of one integration where the resource belongs to one."""

    scope: Scope
    title: str
    exact: SearchHit | None = None
    found: list[SearchHit] = field(default_factory=list)
    #: How many match in all; None where the API does not say.
    total: int | None = None
    all_url: str = ""
    error: ErrorDescription | None = None
    api_error: ApiError | None = None

    @property
    def name(self) -> str:
        """Tells the block from others on the page."""
        return "-".join([self.scope.resource.name, *self.scope.path.values()])

    @property
    def is_empty(self) -> bool:
        """Whether the place answered, with nothing."""
        return not self.found and not self.exact and self.error is None

    @property
    def label(self) -> str:
        """The kind of record, in a sentence."""
        return self.scope.resource.label_plural.lower()


def current_first(integrations: Iterable[Integration], current: Integration | None) -> list[Integration]:
    """The integrations in the order in which they are looked through."""
    return sorted(integrations, key=lambda one: one != current)


def trace_url(text: str, integration: Integration | None) -> str:
    """Where the text is looked for as a transaction; "" where it cannot be one."""
    if integration is None or " " in text:
        return ""
    return f"{reverse('trace')}?{urlencode({'integration_id': integration.integration_id, 'id': text})}"


def search_blocks(
    request: HttpRequest, integrations: Iterable[Integration], seconds: float | None = None
) -> list[SearchBlock]:
    """An empty block for each resource that has a list of its own; for offers one for each integration.

    `seconds` is the time that each of them has, where it is not a page's.
    """
    known = list(integrations)[:MAXIMUM_INTEGRATIONS]
    blocks = []
    for resource in registry.resources():
        if not resource.path_parameters:
            scope = scope_of_request(request, resource, {}, seconds)
            blocks.append(SearchBlock(scope, resource.label_plural))
        elif resource.path_parameters == ("integrationID",):
            blocks += [_block_of(request, resource, one, seconds, is_only=len(known) == 1) for one in known]
    return blocks


def _block_of(
    request: HttpRequest,
    resource: Resource,
    integration: Integration,
    seconds: float | None,
    *,
    is_only: bool,
) -> SearchBlock:
    scope = scope_of_request(request, resource, {"integrationID": integration.integration_id}, seconds)
    return SearchBlock(
        scope,
        resource.label_plural if is_only else f"{resource.label_plural} in {isolated(str(integration))}",
    )


@dataclass(frozen=True)
class SearchCall:
    """One call to the API for a block, and what puts its answer into the block."""

    ask: Callable[[], Any]
    receive: Callable[[Any], None]


def calls_of(search_query: SearchQuery, block: SearchBlock) -> list[SearchCall]:
    """What the API is asked for one block; nothing where the text cannot be anything of it."""
    text, scope = search_query.text, block.scope
    calls = [
        SearchCall(
            partial(_searched, scope, ListQuery(page_size=ROWS_SHOWN, filters=filters)),
            partial(_take_page, block, text, filters),
        )
        for filters in _filters(text, scope)
    ]
    if looks_like_record_id(text):
        calls.append(SearchCall(partial(scope.get_or_none, text), partial(_take_record, block, text)))
    return calls


def run_search(search_query: SearchQuery, blocks: list[SearchBlock]) -> None:
    """Search all blocks at the same time, and store in each its hits or its error."""
    calls = [call for block in blocks for call in calls_of(search_query, block)]
    for call, answer in zip(calls, run_together(*(call.ask for call in calls)), strict=True):
        call.receive(answer)


def _searched(scope: Scope, query: ListQuery) -> Page:
    page, _ = scope.search(query)
    return page


def _filters(text: str, scope: Scope) -> Sequence[tuple[Filter, ...]]:
    """The filters of each list call: a name or an address contains the text; none for the id of a transaction."""
    if is_surely_transaction(text):
        return ()
    resource, catalogue = scope.resource, scope.catalogue
    if "@" in text and "email" in catalogue:
        wanted: Sequence[tuple[Filter, ...]] = [(Filter("email", "contains", text),)]
    elif text.isdigit():
        wanted = [(Filter(resource.search_field, resource.search_operator, text),)]
    else:
        wanted = resource.suggestion_filters(text)
    return [filters for filters in wanted if not any(map(catalogue.problem_with, filters))]


def _take_page(block: SearchBlock, text: str, filters: tuple[Filter, ...], answer: Page | ApiError) -> None:
    if isinstance(answer, ApiError):
        _take_error(block, answer)
        return
    known = {item.record_id for item in [*block.found, block.exact] if item}
    new = [_found(block.scope, record, text, filters[0].field) for record in answer.records]
    block.found += [item for item in new if not item.record_id or item.record_id not in known]
    del block.found[ROWS_SHOWN:]
    if not answer.records:
        block.total = block.total or 0
    elif block.all_url:
        block.total = None
    else:
        block.total = answer.total_count
        list_url = block.scope.resource.url("list", block.scope.path)
        block.all_url = list_url + ListState(filters=filters).query_string()


def _take_record(block: SearchBlock, text: str, answer: dict[str, Any] | ApiError | None) -> None:
    if isinstance(answer, RequestRefused | RecordNotFound):
        # The API takes no such id: there is no record to find.
        return
    if isinstance(answer, ApiError):
        _take_error(block, answer)
    elif answer is not None:
        block.exact = _found(block.scope, {"id": text, **answer}, text, "id")
        block.found = [item for item in block.found if item.record_id != block.exact.record_id]


def _take_error(block: SearchBlock, error: ApiError) -> None:
    block.error, block.api_error = describe(error), error


def _found(scope: Scope, record: Record, text: str, searched: str) -> SearchHit:
    resource = scope.resource
    record_id = resource.record_id(record)
    badges = [
        column.cell(record, RowContext())
        for column in resource.columns
        if isinstance(column, BadgeColumn) and not is_missing(value_at(record, column.field))
    ]
    title = resource.title(record)
    value = value_at(record, searched)
    matched = "" if searched == "id" or is_missing(value) else text_of(value)
    return SearchHit(
        record_id,
        title,
        resource.url("detail", scope.path, record_id) if record_id else "",
        badges,
        matched if matched != title and text.casefold() not in title.casefold() else "",
    )
