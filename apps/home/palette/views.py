"""The palette's own two addresses: its pages at once, and the records found for a text as the API answers."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import View

from apps.accounts.access import signed_in_person
from apps.api.parallel import CallGroups
from apps.connections.clients import KeyUnreadable, NoConnection, integrations_for
from apps.connections.current_integration import current_integration
from apps.connections.models import Integration
from apps.home.palette.hits import palette_hits
from apps.home.palette.pages import more_pages
from apps.home.search.search import (
    SearchBlock,
    SearchQuery,
    calls_of,
    current_first,
    search_blocks,
    trace_url,
)
from apps.network.transaction_ids import is_surely_transaction, looks_like_transaction
from apps.shortcuts.reader import shortcuts_for

#: Nobody waits longer for what may be found; what has not answered by then says so, and the next letter asks again.
SECONDS = 4.0
#: So many of each kind of shortcut stand above the pages.
MOST_SHORTCUTS = 6
#: Stands between the parts of an answer; no text of a part holds it, as they are escaped.
PART_END = "<hr>"


class PaletteView(View):
    """Their shortcuts and the pages a person can go to: what the palette shows before anything is typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The fragment that static/js/palette.js puts into its list."""
        person = signed_in_person(request)
        integration = current_integration(request, integrations_for(person))
        context = {
            "pages": more_pages(person, integration),
            "shortcuts": shortcuts_for(person, integration).first(MOST_SHORTCUTS),
        }
        return render(request, "home/palette.html", context)


class PaletteRecordsView(View):
    """The records for a text, a part of the answer for each place; places that are `without` any are not asked."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The parts, each as soon as its place answered."""
        search_query = SearchQuery.from_text(request.GET.get("q", ""))
        integrations = integrations_for(signed_in_person(request))
        integration = current_integration(request, integrations)
        blocks: list[SearchBlock] = []
        problem = search_query.problem
        if search_query.text and not problem and integrations:
            try:
                blocks = search_blocks(request, current_first(integrations, integration), SECONDS)
            except (NoConnection, KeyUnreadable):
                problem = "There is no key with which everything can be looked through: see Connections."
        without = {unquote(name) for name in request.GET.getlist("without")}
        blocks = [block for block in blocks if block.name not in without]
        # What lies in another integration than the one at hand is meant least.
        here = integration.integration_id if integration else ""
        blocks.sort(key=lambda block: block.scope.path.get("integrationID", here) != here)
        parts = PaletteParts(search_query, blocks, integration, problem)
        response = StreamingHttpResponse(iter(parts))
        response.interrupt = parts.stop  # type: ignore[attr-defined]
        # Named, so that no middleware holds parts back to compress them; nor does a proxy.
        response["Content-Encoding"] = "identity"
        response["X-Accel-Buffering"] = "no"
        return response


class PaletteParts:
    """The parts of an answer: first the order of the places, and the trace; then each place when it has answered."""

    def __init__(
        self,
        search_query: SearchQuery,
        blocks: list[SearchBlock],
        integration: Integration | None,
        problem: str = "",
    ) -> None:
        self._query = search_query
        self._blocks = blocks
        self._integration = integration
        self._problem = problem
        self._calls = [calls_of(search_query, block) for block in blocks]
        self._groups: CallGroups[Any] = CallGroups([[call.ask for call in calls] for calls in self._calls])

    def __iter__(self) -> Iterator[str]:
        yield self._first() + PART_END
        for number, answers in self._groups:
            for call, answer in zip(self._calls[number], answers, strict=True):
                call.receive(answer)
            yield self._part(self._blocks[number]) + PART_END

    def stop(self) -> None:
        """Ask the API for nothing more: nobody reads the answer."""
        self._groups.stop()

    def _first(self) -> str:
        text = self._query.text
        context = {
            "text": text,
            "problem": self._problem,
            "order": [block.name for block in self._blocks],
            "trace_url": trace_url(text, self._integration) if looks_like_transaction(text) else "",
            "is_surely_transaction": is_surely_transaction(text),
        }
        return render_to_string("home/_palette_first.html", context)

    def _part(self, block: SearchBlock) -> str:
        hits = palette_hits(block, self._query.text, self._integration)
        context = {
            "block": block,
            "hits": hits,
            "text": self._query.text,
            "has_more": block.total is not None and block.total > len(block.found),
        }
        return render_to_string("home/_palette_group.html", context)
