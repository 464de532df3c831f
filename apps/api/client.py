"""The API client: one method per kind of operation (list, get, report, create, update, delete, export)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from apps.api import export_records
from apps.api.answers import records
from apps.api.answers.records import Answer, Created, Page, Record, ReportPage, UnexpectedShape
from apps.api.contract.field_names import query_to_wire_names, to_our_names, to_our_names_all
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, OutcomeUnknown, UnreadableAnswer
from apps.api.http.calls import JOB, NO_VALUES, PAGE, READ, Caller, Endpoint, Profile
from apps.api.http.transport import configure
from apps.api.parallel import run_together
from apps.api.query import ListQuery

__all__ = [
    "JOB",
    "PAGE",
    "READ",
    "Answer",
    "Client",
    "Created",
    "Deadline",
    "Endpoint",
    "Page",
    "Profile",
    "ReportPage",
    "configure",
    "run_together",
]

logger = logging.getLogger("apps.api")
T = TypeVar("T")

_FIRST_PAGE = ListQuery()


class Client(Caller):
    """Calls one endpoint, under our field names. Every method raises an `ApiError` when the call fails."""

    def list(
        self, operation_id: str, path: Mapping[str, str] = NO_VALUES, query: ListQuery = _FIRST_PAGE
    ) -> Page:
        """One page of a list."""
        operation = self.endpoint.contract.operation(operation_id)
        fields = operation.answer_fields
        sent = query_to_wire_names(query, fields, operation.query_parameters)
        answer = self.call(operation_id, path, sent.parameters())
        page = self._shaped(
            operation_id, answer, lambda data: records.read_page(data, query.page_number, query.page_size)
        )
        return replace(page, records=to_our_names_all(page.records, fields))

    def get(self, operation_id: str, path: Mapping[str, str] = NO_VALUES) -> Record:
        """One record, out of its `data` if it is wrapped."""
        record = self._shaped(operation_id, self.call(operation_id, path), records.read_record)
        return to_our_names(record, self.endpoint.contract.operation(operation_id).answer_fields)

    def report(
        self,
        operation_id: str,
        parameters: Sequence[tuple[str, str]],
        path: Mapping[str, str] = NO_VALUES,
    ) -> ReportPage:
        """One page of a report table."""
        page = self._shaped(operation_id, self.call(operation_id, path, parameters), records.read_report)
        fields = self.endpoint.contract.operation(operation_id).answer_fields
        return replace(page, records=self.endpoint.shown(to_our_names_all(page.records, fields)))

    def create(self, operation_id: str, path: Mapping[str, str], payload: Mapping[str, Any]) -> Created:
        """Create a record. `OutcomeUnknown` when the answer was lost or has no id."""
        return self._created(operation_id, self.call(operation_id, path, payload=payload))

    def start_export(
        self, operation_id: str, path: Mapping[str, str], parameters: Sequence[tuple[str, str]]
    ) -> Created:
        """Make an export. `OutcomeUnknown` when the answer was lost or has no id: the export may exist."""
        made = self._created(operation_id, self.call(operation_id, path, parameters))
        fields = self.endpoint.contract.operation(operation_id).answer_fields
        record = to_our_names(records.read_record(made.answer.data), fields)
        return replace(made, record={**record, "id": made.record_id})

    def signed_url(self, operation_id: str, parameters: Sequence[tuple[str, str]]) -> str:
        """The signed URL of an export's file: a secret, neither logged nor stored.

        Raises `UnreadableAnswer` when the answer has no `url`.
        """
        answer = self.call(operation_id, parameters=parameters)
        address = export_records.signed_url(answer.data)
        if address is None:
            raise self._wrong_shape(operation_id, answer, "the answer has no url")
        return address

    def update(self, operation_id: str, path: Mapping[str, str], payload: Mapping[str, Any]) -> Answer:
        """Change a record, or many: `{"active": …, "data": [ids]}`."""
        return self.call(operation_id, path, payload=payload)

    def delete(
        self, operation_id: str, path: Mapping[str, str], payload: Mapping[str, Any] | None = None
    ) -> Answer:
        """Delete a record, or many: `{"data": [ids]}`."""
        return self.call(operation_id, path, payload=payload)

    def report_body_error(self, error: ApiError) -> None:
        """Tell the observer about an error that the body of a successful status (2xx) reports."""
        if error.http_status is not None and error.http_status < 300:
            operation = self.endpoint.contract.operation(error.operation_id)
            self._observer.call_finished(self.endpoint.identity, operation, NO_VALUES, error)

    def _shaped(self, operation_id: str, answer: Answer, read: Callable[[Any], T]) -> T:
        try:
            return read(answer.data)
        except UnexpectedShape as error:
            problem = str(error)
        raise self._wrong_shape(operation_id, answer, problem)

    @staticmethod
    def _wrong_shape(operation_id: str, answer: Answer, problem: str) -> UnreadableAnswer:
        logger.warning("%s answered in another shape: %s [%s]", operation_id, problem, answer.request_id)
        return UnreadableAnswer(
            operation_id,
            "The service sent an answer of an unexpected shape.",
            status=answer.status,
            request_id=answer.request_id,
        )

    @staticmethod
    def _created(operation_id: str, answer: Answer) -> Created:
        record_id = records.created_id(answer.data)
        if record_id is not None:
            return Created(record_id, answer)
        raise OutcomeUnknown(
            operation_id,
            "The service accepted the request but did not say what it created. Check before trying again.",
            status=answer.status,
            request_id=answer.request_id,
        )
