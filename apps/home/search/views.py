"""The search across resources as a page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from apps.accounts.access import signed_in_person
from apps.connections.clients import connections_of, integrations_for
from apps.connections.current_integration import current_integration
from apps.connections.models import Integration, Service
from apps.conversions.token_services import has_token
from apps.home.common_failure import common_failure, render_with
from apps.home.search.search import Question, look, places
from apps.network.transaction_ids import looks_like_transaction


class SearchView(View):
    """Looks everywhere at once; what can only be a transaction, and is no record, goes on to its trace."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page for `q`; without it the box and what can be typed into it."""
        person = signed_in_person(request)
        question = Question.from_text(request.GET.get("q", ""))
        integrations = integrations_for(person)
        integration = current_integration(request, integrations)
        context: dict[str, Any] = {
            "question": question,
            "integration": integration,
            "has_connection": connections_of(person).filter(service__kind=Service.Kind.INTEGR8).exists(),
            "token_url": _token_url(question) if has_token(person) else "",
        }
        if not (question.text and not question.problem and context["has_connection"]):
            return render(request, "home/search.html", context)
        blocks = places(request, _current_first(integrations, integration))
        look(question, blocks)
        is_transaction = looks_like_transaction(question.text) and integration is not None
        trace_url = _trace_url(question, integration) if integration and " " not in question.text else ""
        if is_transaction and all(block.is_empty for block in blocks):
            return redirect(trace_url)
        failed = common_failure(blocks)
        context |= {
            "blocks": [block for block in blocks if not block.is_empty],
            "silent": [block.title for block in blocks if block.is_empty],
            "exact": [block for block in blocks if block.exact],
            "is_transaction": is_transaction,
            "trace_url": trace_url,
            "failed": failed,
            "retry_url": request.get_full_path(),
        }
        return render_with(request, "home/search.html", context, failed)


def _current_first(integrations: Sequence[Integration], current: Integration | None) -> list[Integration]:
    return sorted(integrations, key=lambda one: one != current)


def _trace_url(question: Question, integration: Integration) -> str:
    query = urlencode({"integration_id": integration.integration_id, "id": question.text})
    return f"{reverse('trace')}?{query}"


def _token_url(question: Question) -> str:
    return f"{reverse('conversions:list')}?{urlencode({'q': question.text})}" if question.text else ""
