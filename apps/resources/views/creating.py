"""New records. One opened form creates one record; whatever goes wrong, what was typed stays in the form."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.api.errors import OutcomeUnknown
from apps.audit.models import Entry, Outcome
from apps.resources.forms.contract_form import ContractForm
from apps.resources.models import Submission
from apps.resources.registry import parent_link
from apps.resources.views.record_form import REFUSED, FormView
from apps.resources.writes.possible_duplicates import FOUND_BY_VALUES, Search, alike, find_created
from apps.resources.writes.submissions import claim, mark_done, mark_unknown, release, wait_for
from apps.ui.error_pages import describe
from apps.ui.nonces import read_nonce
from apps.ui.values import is_missing, moment_of, text_of, time_text, value_at


class CreateView(FormView):
    """A new record. One opened form creates one record, however often it is sent."""

    role = "create"

    def page_context(self) -> dict[str, Any]:
        """Words for a new record."""
        parent = parent_link(self.resource, self.kwargs)
        return {
            "heading": f"New {self.resource.label.lower()}",
            "cancel_url": parent.url if parent else self.list_url,
            "is_new": True,
        }

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """An empty form with its defaults, or what was typed before the session ended."""
        nonce = uuid.uuid4() if self.unsent is None else read_nonce(self.unsent)
        return self.show(self.form(self.unsent), nonce=nonce)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Create the record; a second sending of the same form waits for the first and goes where it goes."""
        form = self.bound(request.POST)
        nonce = read_nonce(request.POST)
        if not form.is_valid():
            return self.show(form, REFUSED, nonce=nonce)
        if not claim(nonce, signed_in_person(request)):
            return self._follow(form, nonce)
        writer = self.writer()
        try:
            planned = writer.plan([self.change(None, self.values(form))])
            # The log hears what came of a lost answer once it was looked for.
            [result] = writer.apply(planned, keeps_open=lambda one: one.outcome == Outcome.UNKNOWN)
        except BaseException:
            # A fault of ours after the claim: whether the call was sent is not known.
            mark_unknown(nonce)
            raise
        if isinstance(result.error, OutcomeUnknown):
            mark_unknown(nonce)
            return self._look_for_it(form, result.error, result.entry_id)
        if result.error is not None:
            release(nonce)
            return self.show_error(form, result.error, nonce=nonce)
        return self.created(nonce, result.record_id)

    def values(self, form: ContractForm) -> dict[str, Any]:
        """What the new record is made of."""
        return form.values()

    def created(self, nonce: uuid.UUID, created_id: str) -> HttpResponse:
        """Where the person goes once the API has given the new record its id; every sending of the form goes there."""
        target = self.url_after(created_id)
        mark_done(nonce, target)
        messages.success(self.request, self.created_message(created_id))
        return redirect(target)

    def created_message(self, created_id: str) -> str:
        """What the page after it says."""
        return f"{self.resource.label} {created_id} was created."

    def url_of_found(self, record_id: str) -> str:
        """Where a record leads that may be the one whose creation got no answer."""
        return self.resource.url_of_record(self.scope.list_path)(record_id)

    def _follow(self, form: ContractForm, nonce: uuid.UUID) -> HttpResponse:
        """The same form was sent before: go where its first sending went."""
        submission = wait_for(nonce, signed_in_person(self.request))
        if submission is not None and submission.state == Submission.State.DONE:
            return redirect(submission.target)
        if submission is None:
            form.add_error(
                None, "Its first sending was refused meanwhile, and nothing was created. Send it again."
            )
            return self.show(form, REFUSED, nonce=nonce)
        return self._look_for_it(form, None)

    def _look_for_it(
        self, form: ContractForm, error: OutcomeUnknown | None, entry_id: uuid.UUID | None = None
    ) -> HttpResponse:
        """Say that the outcome is not known, and show what the API has by that name now.

        The log is told of the one record that holds everything that was sent, or that it is not known.
        """
        search = find_created(self.scope.renewed(), form.cleaned_data)
        if entry_id is not None and error is not None:
            self._close_entry(entry_id, search, self.values(form), error)
        found = [
            {
                "title": self.resource.title(record),
                "record_id": key,
                "url": self.url_of_found(key),
                "created": _time_in_words(value_at(record, "created_at")),
            }
            for record in search.records
            if (key := self.resource.record_id(record))
        ]
        return self.show(
            form,
            504,
            nonce=uuid.uuid4(),
            unknown={"found": found, "was_read": search.was_read, "error": error},
        )

    def _close_entry(
        self, entry_id: uuid.UUID, search: Search, values: Mapping[str, Any], error: OutcomeUnknown
    ) -> None:
        """Tell the log what came of a creation whose answer was lost."""
        sent_at = Entry.objects.get(pk=entry_id).at
        found = [self.resource.record_id(record) for record in alike(self.scope, search, values, sent_at)]
        if len(found) == 1:
            self.writer().conclude(entry_id, Outcome.DONE, FOUND_BY_VALUES, found[0])
        else:
            self.writer().conclude(entry_id, Outcome.UNKNOWN, describe(error).sentence)


def _time_in_words(value: Any) -> str:
    moment = moment_of(value)
    return time_text(moment) if moment else "" if is_missing(value) else text_of(value)
