"""The view of the search page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from apps.accounts.access import signed_in_person
from apps.connections.clients import connections_of, integrations_for
from apps.connections.current_integration import current_integration
from apps.connections.models import Service
from apps.conversions.token_services import has_token
from apps.home.common_failure import common_failure, render_with
from apps.home.search.search import SearchQuery, current_first, run_search, search_blocks, trace_url
from apps.network.transaction_ids import looks_like_transaction


class SearchView(View):
    """Looks everywhere at once; what can only be a transaction, and is no record, goes on to its trace."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page for `q`; without it the box and what can be typed into it."""
        person = signed_in_person(request)
        search_query = SearchQuery.from_text(request.GET.get("q", ""))
        integrations = integrations_for(person)
        integration = current_integration(request, integrations)
        context: dict[str, Any] = {
            "search_query": search_query,
            "integration": integration,
            "has_connection": connections_of(person).filter(service__kind=Service.Kind.INTEGR8).exists(),
            "token_url": _token_url(search_query) if has_token(person) else "",
        }
        if not (search_query.text and not search_query.problem and context["has_connection"]):
            return render(request, "home/search.html", context)
        blocks = search_blocks(request, current_first(integrations, integration))
        run_search(search_query, blocks)
        is_transaction = looks_like_transaction(search_query.text) and integration is not None
        trace = trace_url(search_query.text, integration)
        if is_transaction and all(block.is_empty for block in blocks):
            return redirect(trace)
        failed = common_failure(blocks)
        context |= {
            "blocks": [block for block in blocks if not block.is_empty],
            "silent": [block.title for block in blocks if block.is_empty],
            "exact": [block for block in blocks if block.exact],
            "is_transaction": is_transaction,
            "trace_url": trace,
            "failed": failed,
            "retry_url": request.get_full_path(),
        }
        return render_with(request, "home/search.html", context, failed)


def _token_url(search_query: SearchQuery) -> str:
    return f"{reverse('conversions:list')}?{urlencode({'q': search_query.text})}" if search_query.text else ""
