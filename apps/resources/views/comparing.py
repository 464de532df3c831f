"""Two to five records side by side. Which ones is the page's address; a selection of the list leads there."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.accounts.policy import Capability, may
from apps.api.errors import ApiError, RecordNotFound
from apps.resources import registry
from apps.resources.details.comparison import (
    FEWEST,
    MOST,
    ComparedPanel,
    ComparedRecord,
    compared_panels,
    compared_record,
    only_differences,
)
from apps.resources.references.records_with_names import several_with_names
from apps.resources.references.resolution import Resolution
from apps.resources.references.resolver import Resolver
from apps.resources.request_scope import SERVICE_FIELD
from apps.resources.views.base import ResourceView
from apps.text.direction import isolated
from apps.text.typed import is_blank
from apps.ui.columns import Column, Record, RowContext
from apps.ui.values import shortened

ONLY_DIFFERENCES = ("only", "differences")
_LONGEST_QUOTE = 40


class CompareView(ResourceView):
    """Reads each record by itself, side by side; one that cannot be read leaves the others their columns."""

    http_method_names = ["get", "head", "post"]

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """To the address of what was selected in the list; of too many, to one that says so."""
        return redirect(self._url(list(dict.fromkeys(request.POST.getlist("id")))[: MOST + 1]))

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The records named in the address, or the form to name them."""
        added = self._added
        ids, notes = self._ids_and_notes()
        if added and added.record_id and len(ids) < MOST:
            return redirect(self._url([*ids, added.record_id], is_only=self._is_only))
        if len(ids) < FEWEST:
            context, status = self._unread(), 200
        else:
            context, status = self._compared(ids)
        problem = added.problem if added else ""
        context |= {
            "notes": notes,
            "ids": ids,
            "is_full": len(ids) >= MOST,
            "is_only": self._is_only,
            "fewest": FEWEST,
            "most": MOST,
            "compare_url": self.url("compare"),
            "suggest_url": registry.suggest_url(self.resource.tag, self.kwargs),
            "typed": added.text if added else "",
            "add_errors": [problem] if problem else [],
            "add_choices": added.choices if added else (),
        }
        return self.render("compare.html", context, status=422 if problem else status)

    @property
    def _is_only(self) -> bool:
        """Whether what all records have alike is left out."""
        name, value = ONLY_DIFFERENCES
        return self.request.GET.get(name) == value

    def _url(self, ids: Sequence[str], *, is_only: bool = False) -> str:
        """The address of a comparison."""
        service = self.request.POST.get(SERVICE_FIELD) or self.request.GET.get(SERVICE_FIELD)
        pairs = [("id", key) for key in ids]
        pairs += [(SERVICE_FIELD, service)] if service else []
        pairs += [ONLY_DIFFERENCES] if is_only else []
        return f"{self.url('compare')}?{urlencode(pairs)}"

    @cached_property
    def _added(self) -> Resolution | None:
        """Which record is to be added, by its name or id; None while nothing is typed."""
        typed = self.request.GET.get("add", "")
        if is_blank(typed):
            return None
        resolver = Resolver(self.scope.connection, self.scope.client, self.scope.path)
        return resolver.resolve(self.resource.tag, typed)

    def _ids_and_notes(self) -> tuple[list[str], list[str]]:
        """The ids in the address, each once and no more than fit, and what was left out of it."""
        named, notes = [], []
        for text in self.request.GET.getlist("id"):
            if key := self.scope.catalogue.as_id(text):
                named.append(key)
            elif not is_blank(text):
                quoted = isolated(shortened(text, _LONGEST_QUOTE))
                notes.append(f"“{quoted}” is not an ID, and was left out.")
        ids = list(dict.fromkeys(named))
        twice = [key for key in ids if named.count(key) > 1]
        if twice:
            notes.append(f"Named twice, and taken once: {shortened(', '.join(twice), _LONGEST_QUOTE)}.")
        if len(ids) > MOST:
            plural = self.resource.label_plural.lower()
            notes.append(f"At most {MOST} {plural} are compared at once: these are the first {MOST}.")
        return ids[:MOST], notes[: MOST + 2]

    def _unread(self) -> dict[str, Any]:
        """Too few for a comparison: nothing is read."""
        return {"title": f"Compare {self.resource.label_plural.lower()}", "records": [], "panels": []}

    def _compared(self, ids: Sequence[str]) -> tuple[dict[str, Any], int]:
        """The records side by side, and the page's status. Raises the `ApiError` of a service that gives none."""
        columns = [
            *self.resource.columns,
            *(field for panel in self.resource.panels for field in panel.fields if isinstance(field, Column)),
        ]
        reads = [partial(self.scope.get, key) for key in ids]
        answers, context = several_with_names(self.scope, reads, columns)
        if all(isinstance(answer, ApiError) for answer in answers):
            failed = [
                answer
                for answer in answers
                if isinstance(answer, ApiError) and not isinstance(answer, RecordNotFound)
            ]
            if failed:
                raise failed[0]
        panels = compared_panels(self.scope, answers, context)
        different = only_differences(panels)
        shown = different if self._is_only else panels
        return {
            "title": f"Compare {len(ids)} {self.resource.label_plural.lower()}",
            "records": self._heads(ids, answers, context),
            "panels": shown,
            "field_count": _count(panels),
            "difference_count": _count(different),
            "all_url": self._url(ids),
            "only_url": self._url(ids, is_only=True),
        }, 200 if panels else 404

    def _heads(
        self, ids: Sequence[str], answers: Sequence[Record | ApiError], context: RowContext
    ) -> list[ComparedRecord]:
        may_edit = may(signed_in_person(self.request), Capability.EDIT, self.scope.service_id)
        heads = [
            compared_record(self.scope, key, answer, context, may_edit=may_edit)
            for key, answer in zip(ids, answers, strict=True)
        ]
        if len(ids) <= FEWEST:
            return heads
        return [
            replace(
                head,
                without_url=self._url([key for key in ids if key != head.record_id], is_only=self._is_only),
            )
            for head in heads
        ]


def _count(panels: Sequence[ComparedPanel]) -> int:
    return sum(len(panel.fields) for panel in panels)
