"""Duplicating an offer: the new-offer form filled in from another, and then what was chosen below it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.accounts.policy import Capability
from apps.accounts.routes import form_for
from apps.api.errors import ApiError, RecordNotFound
from apps.api.parallel import run_together
from apps.jobs.locks import LockIsHeld
from apps.offers.duplication import Chosen, Comparison, Copying, Missing, child_resources, read_children
from apps.offers.views import OfferCreateView, with_next_step
from apps.resources.forms.contract_form import ContractForm
from apps.resources.resource import Resource
from apps.resources.views.base import ResourceView
from apps.resources.writes.bodies import body_of
from apps.resources.writes.submissions import mark_done
from apps.ui.columns import Record
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.nonces import read_nonce


@dataclass(frozen=True)
class Choice:
    """One child with its tick box."""

    record_id: str
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """The children of one kind, to choose which are copied; or why they could not be read."""

    name: str
    title: str
    choices: Sequence[Choice]
    error: ErrorDescription | None = None


def chosen_in(query: QueryDict, resource: Resource) -> Chosen:
    """The ids of the chosen children by kind, as a query or a posted form has them."""
    return {kind.name: query.getlist(kind.name) for kind in child_resources(resource)}


def copy_url(view: ResourceView, source_id: str, target_id: str, chosen: Chosen) -> str:
    """The page that copies what the target lacks of the chosen children."""
    query = urlencode({"from": source_id, **chosen}, doseq=True)
    return f"{view.url('copy', target_id)}?{query}"


def copying(view: ResourceView, source_id: str, target_id: str, chosen: Chosen) -> Copying:
    """The copying between two offers by the page's person."""
    return Copying(view.writer(), source_id, target_id, chosen)


class DuplicateView(OfferCreateView):
    """The new-offer form with another offer's values, inactive. Nothing is written before Save."""

    access = form_for(Capability.CREATE)
    template = "duplicate.html"
    _source: Record = {}
    _children: Mapping[str, list[Record] | ApiError] = {}

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The form, with everything below the offer ticked."""
        try:
            self._read_source()
        except RecordNotFound as error:
            return self.gone(error)
        return super().get(request, **path)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Create the offer, then what is ticked; what cannot be read now is not copied, so nothing is written."""
        try:
            self._read_source()
            for name, ids in self._chosen().items():
                answer = self._children[name]
                if ids and isinstance(answer, ApiError):
                    raise answer
        except ApiError as error:
            return self.show_error(self.form(request.POST), error, nonce=read_nonce(request.POST))
        return super().post(request, **path)

    def _read_source(self) -> None:
        kinds = child_resources(self.resource)
        scopes = [self.scope.below(kind, self.record_id) for kind in kinds]
        calls: list[partial[Any]] = [
            partial(self.scope.get, self.record_id),
            *(partial(read_children, scope) for scope in scopes),
        ]
        answers: list[Any] = run_together(*calls)
        self._children = {kind.name: answer for kind, answer in zip(kinds, answers[1:], strict=True)}
        if isinstance(answers[0], ApiError):
            raise answers[0]
        self._source = answers[0]

    def _chosen(self) -> Chosen:
        return chosen_in(self.request.POST if self.unsent is None else self.unsent, self.resource)

    def form(
        self, data: Any = None, original: Record | None = None, untouched: Collection[str] = ()
    ) -> ContractForm:
        """The form over the copied values."""
        model = {**self._source, "name": f"{self.resource.title(self._source)} (copy)", "active": False}
        return self.resource.form_class(data, operation=self.operation, model=model, auto_id="id_%s")

    def page_context(self) -> dict[str, Any]:
        """Words for a copy, and the tick boxes."""
        return {
            "heading": f"Duplicate {self.resource.label.lower()} {self.record_id}",
            "title": self.resource.title(self._source) if self._source else "",
            "cancel_url": self.url("detail", self.record_id),
            "is_new": True,
            "choice_groups": [self._group(kind) for kind in child_resources(self.resource)],
        }

    def _group(self, kind: Resource) -> ChoiceGroup:
        answer = self._children.get(kind.name, [])
        chosen = self._chosen()[kind.name]
        if isinstance(answer, ApiError):
            # What was ticked stays ticked while its name cannot be read.
            choices = [Choice(key, f"{kind.label} {key}", is_chosen=True) for key in chosen]
            return ChoiceGroup(kind.name, kind.label_plural, choices, describe(answer))
        is_first = self.request.method != "POST" and self.unsent is None
        return ChoiceGroup(
            kind.name,
            kind.label_plural,
            [
                Choice(key, kind.title(record), is_first or key in chosen)
                for record in answer
                if (key := kind.record_id(record))
            ],
        )

    def values(self, form: ContractForm) -> dict[str, Any]:
        """The form's values, with what the copied offer's objects hold beyond the contract."""
        values, fields = super().values(form), self.operation.body_fields
        for name, field in fields.items():
            copied = self._source.get(name)
            if field.type != "object" or not isinstance(copied, Mapping):
                continue
            unknown = {key: value for key, value in copied.items() if key not in field.fields}
            if unknown:
                inner = {leaf: values.pop(leaf) for leaf in list(values) if leaf.startswith(f"{name}.")}
                values[name] = {**unknown, **body_of(inner, fields).get(name, {})}
        return values

    def created(self, nonce: uuid.UUID, created_id: str) -> HttpResponse:
        """Copy the ticked children; where something is missing afterwards, a page says what, and copies the rest."""
        chosen = self._chosen()
        if not any(chosen.values()):
            return super().created(nonce, created_id)
        rest_url = copy_url(self, self.record_id, created_id, chosen)
        mark_done(nonce, rest_url)
        work = copying(self, self.record_id, created_id, chosen)
        try:
            with work.lock():
                comparisons = work.run()
        except LockIsHeld:
            return redirect(rest_url)
        if not is_complete(comparisons):
            return show_rest(self, self.record_id, created_id, chosen, comparisons)
        target = self.url_after(created_id)
        mark_done(nonce, target)
        say_complete(self, self.record_id, created_id, comparisons)
        return redirect(target)

    def url_of_found(self, record_id: str) -> str:
        """An offer that may be the one just created still needs what was ticked."""
        chosen = self._chosen()
        if not any(chosen.values()):
            return super().url_of_found(record_id)
        return copy_url(self, self.record_id, record_id, chosen)


class CopyRestView(ResourceView):
    """What an offer lacks of another's chosen children (GET), and the button that copies it (POST)."""

    access = form_for(Capability.CREATE)
    http_method_names = ["get", "head", "post"]

    def setup(self, request: HttpRequest, *arguments: Any, **path: Any) -> None:
        """Read the choice from the address."""
        super().setup(request, *arguments, **path)
        self._source_id = request.GET.get("from", "")
        self._chosen = chosen_in(request.GET, self.resource)

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The present state, as both offers are now."""
        work = self._work()
        comparisons = None if work.is_running() else work.compare()
        return show_rest(self, self._source_id, self.record_id, self._chosen, comparisons)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Copy what is missing."""
        work = self._work()
        try:
            with work.lock():
                comparisons = work.run()
        except LockIsHeld:
            return show_rest(self, self._source_id, self.record_id, self._chosen, None)
        if not is_complete(comparisons):
            return show_rest(self, self._source_id, self.record_id, self._chosen, comparisons)
        say_complete(self, self._source_id, self.record_id, comparisons)
        return redirect(self.url("detail", self.record_id))

    def _work(self) -> Copying:
        if not self._source_id or not any(self._chosen.values()):
            raise Http404("nothing is chosen")
        return copying(self, self._source_id, self.record_id, self._chosen)


def is_complete(comparisons: Sequence[Comparison]) -> bool:
    """Whether everything that was chosen and still exists is there."""
    return all(comparison.is_complete and not comparison.gone for comparison in comparisons)


def say_complete(
    view: ResourceView, source_id: str, target_id: str, comparisons: Sequence[Comparison]
) -> None:
    """Say what was created, and offer the next step where there is no landing page."""
    counts = [
        f"{one.chosen_count} {(one.resource.label if one.chosen_count == 1 else one.resource.label_plural).lower()}"
        for one in comparisons
    ]
    message = f"Offer {target_id} was created from offer {source_id}, with {' and '.join(counts)}."
    if not any(one.resource.name == "landing_pages" for one in comparisons):
        message = with_next_step(view, target_id, message)
    messages.success(view.request, message)


def _mending_url(view: ResourceView, source_id: str, kind: Resource, item: Missing) -> str:
    """The form in which values that the API refused are changed where they are copied from; "" for another reason."""
    if not item.is_refused:
        return ""
    return kind.url("edit", view.scope.record_path(source_id), kind.record_id(item.record))


def show_rest(
    view: ResourceView,
    source_id: str,
    target_id: str,
    chosen: Chosen,
    comparisons: Sequence[Comparison] | None,
) -> HttpResponse:
    """The page that says what is missing and why; None is a copying that still runs."""
    errors = [(one, describe(one.error)) for one in comparisons or () if one.error]
    context = {
        "target_id": target_id,
        "target_url": view.url("detail", target_id),
        "source_id": source_id,
        "source_url": view.url("detail", source_id),
        "copy_url": copy_url(view, source_id, target_id, chosen),
        "is_running": comparisons is None,
        "is_complete": comparisons is not None and is_complete(comparisons),
        "can_copy": comparisons is not None and any(not one.is_complete for one in comparisons),
        "comparisons": [
            (one, [(item, _mending_url(view, source_id, one.resource, item)) for item in one.missing])
            for one in comparisons or ()
        ],
        "create_urls": [
            (one.resource.label.lower(), one.resource.url("create", view.scope.record_path(target_id)))
            for one in comparisons or ()
            if any(item.is_refused for item in one.missing)
        ],
        "errors": errors,
    }
    return view.render("copy.html", context)
