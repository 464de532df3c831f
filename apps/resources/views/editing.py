"""New and edited records. Whatever goes wrong, what was typed stays in the form."""

import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.accounts.unsent_forms import take
from apps.api.contract import Operation
from apps.api.errors import ApiError, OutcomeUnknown, RecordNotFound, RequestRefused
from apps.resources import registry
from apps.resources.columns import Record
from apps.resources.error_pages import describe
from apps.resources.forms import ContractForm, Lookup
from apps.resources.look_again import find_created
from apps.resources.models import Submission
from apps.resources.nonces import read_nonce
from apps.resources.overwriting import Guard, Opened
from apps.resources.resending import send_until_known
from apps.resources.resolving import Resolver
from apps.resources.submissions import claim, mark_done, mark_unknown, release, wait_for
from apps.resources.values import is_missing, text_of, value_at
from apps.resources.views.base import ResourceView
from apps.text.typed import is_blank, one_word

#: Statuses a form's page answers with: 422 for what the person can mend.
REFUSED = 422
CONFLICT = 409


class FormView(ResourceView):
    """What new and edited records have in common."""

    http_method_names = ["get", "head", "post"]
    #: A form that was sent after the session ended is shown here again (`apps.accounts.unsent_forms`).
    restores_unsent_form = True
    role: str
    template = "form.html"

    @cached_property
    def unsent(self) -> QueryDict | None:
        """What was typed into this form before the session ended, when it is opened again; else None."""
        return take(self.request)

    @property
    def operation(self) -> Operation:
        """The contract's operation the form is made from."""
        return self.scope.operations[self.role]

    def form(self, data: Any = None, original: Record | None = None) -> ContractForm:
        """The resource's form over the operation's body."""
        # Two forms may be open in place at once, on one page.
        auto_id = f"id_{self.resource.name}_%s" if self.is_in_place else "id_%s"
        return self.resource.form_class(data, operation=self.operation, original=original, auto_id=auto_id)

    def bound(self, data: QueryDict, original: Record | None = None) -> ContractForm:
        """The form over what was sent, with ids where a record was named; what is no id is refused in words."""
        found = {
            name: self._resolver.resolve(tag, text)
            for name, tag in self.resource.form_class.references.items()
            if not is_blank(text := data.get(name, "")) and text != text_of(value_at(original or {}, name))
        }
        sent = data.copy()
        for name, resolution in found.items():
            if resolution.record_id:
                sent[name] = resolution.record_id
        form = self.form(sent, original)
        form.unresolved = {name: item for name, item in found.items() if not item.record_id}
        return form

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.scope.connection, self.scope.client, self.scope.path)

    def show(self, form: ContractForm, status: int = 200, **context: Any) -> HttpResponse:
        """The form's page, or the form alone where it was opened in place."""
        form.lookups = self._lookups(form)
        form.inherited = self._inherited(form)
        template = "_form_in_place.html" if self.is_in_place else self.template
        is_begun = self.request.method in ("GET", "HEAD")
        record_id = self.record_id if self.role == "update" else ""
        refusal = self.refusal_note(self.role, record_id) if is_begun else ""
        context = {"form": form, "refusal": refusal, **self.page_context(), **context}
        return self.render(template, context, status=status)

    def _lookups(self, form: ContractForm) -> dict[str, Lookup]:
        """The records that the form's references may be, and the names of those they are."""
        chosen = {
            field: (tag, str(form[field].value() or ""))
            for field, tag in form.references.items()
            if field in form.fields
        }
        ids: dict[str, set[str]] = {}
        for tag, text in chosen.values():
            ids.setdefault(tag, set()).add(text)
        names = self.scope.names_of(ids)
        return {
            field: Lookup(
                registry.suggest_url(tag, self.kwargs),
                names[tag].get(one_word(text).removeprefix("#"), ""),
                form.unresolved[field].choices if field in form.unresolved else (),
            )
            for field, (tag, text) in chosen.items()
        }

    def _inherited(self, form: ContractForm) -> Record:
        """What the record above says, where the form names a unit that only it has; without it there is no unit."""
        is_outside = any(unit.isidentifier() and unit not in form.fields for unit in form.units.values())
        return self.scope.read_inherited() if is_outside else {}

    def page_context(self) -> dict[str, Any]:
        """Heading, button and way back."""
        raise NotImplementedError

    def show_error(self, form: ContractForm, error: ApiError, **context: Any) -> HttpResponse:
        """The form again, with the API's words at the fields or the cause on top."""
        if isinstance(error, RequestRefused):
            form.show_refusal(error)
            return self.show(form, REFUSED, **context)
        description = describe(error)
        response = self.show(form, description.status, problem=description, **context)
        if description.retry_after:
            response["Retry-After"] = str(description.retry_after)
        return response


class CreateView(FormView):
    """A new record. One opened form creates one record, however often it is sent."""

    role = "create"

    def page_context(self) -> dict[str, Any]:
        """Words for a new record."""
        parent = self.resource.parent_link(self.kwargs)
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
        try:
            created_id = self.scope.client.create(self.operation.id, self.scope.list_path, self.payload(form))
        except OutcomeUnknown as error:
            mark_unknown(nonce)
            return self._look_for_it(form, error)
        except ApiError as error:
            release(nonce)
            return self.show_error(form, error, nonce=nonce)
        except BaseException:
            # A fault of ours after the claim: whether the call was sent is not known.
            mark_unknown(nonce)
            raise
        return self.created(nonce, created_id)

    def payload(self, form: ContractForm) -> dict[str, Any]:
        """The body to send."""
        return form.payload()

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

    def _look_for_it(self, form: ContractForm, error: OutcomeUnknown | None) -> HttpResponse:
        """Say that the outcome is not known, and show what the API has by that name now."""
        search = find_created(self.scope.renewed(), form.cleaned_data)
        found = [
            {
                "title": self.resource.title(record),
                "record_id": key,
                "url": self.url_of_found(key),
                "created": "" if is_missing(created := value_at(record, "created_at")) else text_of(created),
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
        moved = self.form(guard.rebased(), current)
        if guard.undecided:
            return self._ask(moved, guard, opened, title=title)
        told = guard.said_of_others("the form has it as it is now")
        return self._send(moved, current, guard, title=title, notes=[told] if told else [])

    def _ask(self, form: ContractForm, guard: Guard, opened: Opened, **context: Any) -> HttpResponse:
        """The form again, with what somebody else changed, to choose from."""
        names = self.scope.names_of(guard.referred())
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
        if not form.changed_names():
            messages.info(self.request, f"Nothing was changed, so nothing was sent. {kept}".strip())
            return redirect(self.url_after(self.record_id))
        payload = form.payload(current)
        warning = self.resource.warning_before(self.scope, signed_in_person(self.request), current, payload)
        if warning and self.request.POST.get("_confirmed") != warning:
            return self.show(form, CONFLICT, warning=warning, **context)
        try:
            self._save(payload)
        except ApiError as error:
            return self.show_error(form, error, **context)
        messages.success(self.request, f"{self.resource.label} {self.record_id} was saved. {kept}".strip())
        return redirect(self.url_after(self.record_id))

    def show_error(self, form: ContractForm, error: ApiError, **context: Any) -> HttpResponse:
        """As ever; of a record that is gone meanwhile the text stays too, and Cancel leads to where others are."""
        if isinstance(error, RecordNotFound):
            parent = self.resource.parent_link(self.kwargs)
            context["cancel_url"] = parent.url if parent else self.list_url
        return super().show_error(form, error, **context)

    def _asked_before(self) -> dict[str, Any]:
        """What a page with conflicts asked about is not forgotten while the form comes back for another reason."""
        return {"asked": self.request.POST.get("_asked", "")}

    def _save(self, payload: Mapping[str, Any]) -> None:
        """Send the update; when the answer is lost, the record read back tells whether it was made."""
        scope, path = self.scope, self.scope.record_path(self.record_id)

        def is_done() -> bool:
            record = scope.get(self.record_id)
            return all(record.get(name) == value for name, value in payload.items())

        send_until_known(lambda: scope.client.update(self.operation.id, path, payload), is_done)
