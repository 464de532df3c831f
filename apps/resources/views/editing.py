"""Edited records. Whatever goes wrong, what was typed stays in the form."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.api.errors import ApiError, RecordNotFound
from apps.audit.models import Outcome
from apps.resources.forms.contract_form import ContractForm
from apps.resources.forms.merging import Opened
from apps.resources.forms.overwriting import Guard
from apps.resources.references.records_with_names import names_of
from apps.resources.registry import parent_link
from apps.resources.views.record_form import CONFLICT, REFUSED, FormView
from apps.resources.views.undo_offer import say_done
from apps.ui.columns import Record


class EditView(FormView):
    """An existing record: what changed is sent, with what the contract requires as the record has it now."""

    role = "update"

    def page_context(self) -> dict[str, Any]:
        """Words for an edited record."""
        return {
            "heading": f"Edit {self.resource.label.lower()} {self.record_id}",
            "cancel_url": self.url("detail", self.record_id),
            "is_new": False,
        }

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The form with the record as it is now, or with what was typed before the session ended."""
        try:
            record = self.scope.get(self.record_id)
        except RecordNotFound as error:
            return self.gone(error)
        title = self.resource.title(record)
        if self.unsent is None:
            return self.show(self.form(original=record), title=title)
        opened = Opened.read(self.unsent)
        form = self.form(self.unsent, record if opened.shown is None else opened.shown)
        return self.show(form, title=title, asked=self.unsent.get("_asked", ""))

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Send the changed fields; what somebody else changed meanwhile is decided first. No change sends nothing."""
        opened = Opened.read(request.POST)
        try:
            current = self.scope.get(self.record_id)
        except ApiError as error:
            return self.show_error(self.form(request.POST, opened.shown or {}), error, **self._asked_before())
        title = self.resource.title(current)
        # What the form showed is not known any more: every field that is not as it is now counts as changed.
        form = self.bound(request.POST, current if opened.shown is None else opened.shown)
        if not form.is_valid():
            return self.show(form, REFUSED, title=title, **self._asked_before())
        guard = Guard(form, opened, current)
        moved = self.form(form.data, current, guard.untouched)
        if guard.undecided:
            return self._ask(moved, guard, opened, title=title)
        told = guard.said_of_others("the form has it as it is now")
        return self._send(moved, current, guard, title=title, notes=[told] if told else [])

    def _ask(self, form: ContractForm, guard: Guard, opened: Opened, **context: Any) -> HttpResponse:
        """The form again, with what somebody else changed, to choose from."""
        names = names_of(self.scope, guard.referred())
        return self.show(
            form,
            CONFLICT,
            conflicts=guard.conflicts(names),
            others=guard.others(names),
            asked=guard.asked().text(),
            # The first time everything is.
            undecided=guard.undecided if opened.asked else [],
            is_original_known=opened.original is not None,
            **context,
        )

    def _send(self, form: ContractForm, current: Record, guard: Guard, **context: Any) -> HttpResponse:
        """Send what changed; `context` is what the form's page needs when it comes back."""
        if not form.is_valid():
            return self.show(form, REFUSED, **context)
        kept = guard.said_of_others("that was kept")
        writer = self.writer()
        change = self.change(self.record_id, guard.merge.values())
        [planned] = writer.plan([change], known={self.record_id: current})
        if planned.warning and self.request.POST.get("_confirmed") != planned.warning:
            return self.show(form, CONFLICT, warning=planned.warning, **context)
        [result] = writer.apply([planned])
        if result.outcome == Outcome.UNCHANGED:
            messages.info(self.request, f"Nothing was changed, so nothing was sent. {kept}".strip())
        elif result.outcome == Outcome.DONE:
            words = (self.saved_words(current, change.values or {}), result.reason, kept)
            say_done(self.request, " ".join(filter(None, words)), result, self.scope.operations)
        elif result.error is not None:
            return self.show_error(form, result.error, **context)
        else:
            form.add_error(None, result.reason)
            return self.show(form, REFUSED, **context)
        return redirect(self.url_after(self.record_id))

    def saved_words(self, before: Record, values: Mapping[str, Any]) -> str:
        """What was done, in a sentence."""
        return f"{self.resource.label} {self.record_id} was saved."

    def show_error(self, form: ContractForm, error: ApiError, **context: Any) -> HttpResponse:
        """As ever; of a record that is gone meanwhile the text stays too, and Cancel leads to where others are."""
        if isinstance(error, RecordNotFound):
            parent = parent_link(self.resource, self.kwargs)
            context["cancel_url"] = parent.url if parent else self.list_url
        return super().show_error(form, error, **context)

    def _asked_before(self) -> dict[str, Any]:
        """What a page with conflicts asked about is not forgotten while the form comes back for another reason."""
        return {"asked": self.request.POST.get("_asked", "")}
