"""Every function that reads what an API or a file holds, with a way to feed it a text, and one to feed it many.

A case gives the work, so that making its input is not counted. A reader without a case fails in `test_linear_work.py`.
"""

import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.test import RequestFactory
from django.utils.html import escape, urlize

from apps.api import export_records, query, redaction, token_api
from apps.api.answers import error_bodies, html_to_text, outcomes
from apps.api.answers import records as answer_records
from apps.api.contract import field_names, name_matching, safe_yaml
from apps.api.contract.contract import Operation, builtin_contract
from apps.api.contract.openapi import Field, Parameter
from apps.api.errors import RequestRefused
from apps.api.http import allowed_hosts, protocol, public_ips, retry
from apps.api.query import ListQuery
from apps.bulk.imports.checking import numbers
from apps.bulk.imports.checking import values as import_values
from apps.bulk.imports.columns import targets
from apps.bulk.imports.reading import csv_tables, workbooks
from apps.bulk.imports.reading.tables import NotATable
from apps.connections.models import Service
from apps.conversions import csv_cells, table
from apps.conversions.results import ConversionResults
from apps.conversions.state import TableState
from apps.exports import delimiters
from apps.exports.center import downloads
from apps.exports.center import rows as center_rows
from apps.exports.remote import export, record_query, record_times, statuses
from apps.exports.worker import file_facts
from apps.home.trace import report_rows, row_tables
from apps.look_inside import columns as look_columns
from apps.look_inside import number_formats
from apps.look_inside.files import writer_process
from apps.look_inside.prepare import compression, csv_dialect, csv_rows, preview
from apps.look_inside.query import results as look_results
from apps.mail import mailbox, rendering
from apps.network import transaction_ids
from apps.offers import duplication, link_builder, setup_check, tracking_links
from apps.reports import error_descriptions, file_filters, local_times, range_words
from apps.reports.report_types import REPORT_TABLES, REPORT_TYPES
from apps.reports.rows import columns as report_columns
from apps.reports.rows import loader, references, row_drawer, seen_columns
from apps.reports.state import ReportState
from apps.resources import registry
from apps.resources.details import panels
from apps.resources.files import values as file_values
from apps.resources.forms import fields, web_addresses
from apps.resources.lists import filter_values
from apps.resources.references import name_cache
from apps.resources.writes import bodies
from apps.text import decoding, direction, encoding_detection, mail_addresses, typed, typed_numbers
from apps.ui import contract_values, converters, countries, error_pages, values
from apps.ui.cells import Cell, text_cell
from apps.ui.columns import RowContext
from apps.ui.files import csv_files, workbook
from apps.ui.tables import Row
from apps.ui.waiting import frame, known_pages
from apps.ui.waiting.answers import Answer

Work = Callable[[], object]

REPORT = REPORT_TABLES[0]
CONTEXT = RowContext(reference_url={"Offers": lambda key: f"/{converters.segment(key)}/"})
STATE = ReportState("int", "2026-11-01 00:00:00", "2026-11-02 00:00:00", "UTC")
TIME_FIELD = Field("at", format="date-time")
NUMBER_FIELD = Field("n", "number")
SERVICE = UUID(int=1)
ALL = TableState()


def _offers_list() -> Operation:
    return builtin_contract().for_tag("Offers")["list"]


def _records(text: str) -> list[dict[str, Any]]:
    """Records that have the text in fields of each kind, in lists and objects too, and as a field's name."""
    names_of_all = ("id", "name", "email", "country", "advertiser_id", "active", "updated_at", "fallback_url")
    of_rows = ("status", "offer", "publisher_id", "real_tx_id", "payout", "rejection_reason", "sub_id")
    known = dict.fromkeys((*names_of_all, *of_rows), text)
    return [
        {**known, text: text},
        {name: [text, {"id": text, "name": text}] for name in ("name", "offer", "sub_id")},
    ]


def _drawn(record: dict[str, Any]) -> object:
    """Everything of the row beside the table."""
    shown = row_drawer.RowDrawer(
        REPORT, STATE, record, CONTEXT, close_url="", newer_url="", older_url="", place=""
    )
    facts = [fact.cell.html() for _, group in shown.groups for fact in group]
    return shown.title, shown.raw, facts, shown.links, shown.permanent_url


def _conversions(records: list[dict[str, Any]], state: TableState = ALL) -> object:
    """The page and the file of a token API's answer."""
    page = ConversionResults(Service(pk=SERVICE), state, "/", "/file/")
    page._arrange(token_api.Conversions(records, is_ready=True))
    file = io.StringIO()
    rows_of_file = (
        [csv_cells.csv_cell(row.get(name)) for name in page.file_columns] for row in page.table.rows
    )
    csv_files.write_rows(file, rows_of_file)
    return [row.html() for row in page.rows], page.headers, page.notes, file


def _plan(records: list[dict[str, Any]]) -> object:
    plan = report_columns.ColumnSelection(REPORT, (), records)
    heads = [report_columns.column_for(name) for name in plan.all_shown]
    filters = [
        (report_columns.filter_name(head), report_columns.filter_value(head, record))
        for head, record in itertools.product(heads, records)
        if report_columns.filter_name(head)
    ]
    return (
        filters,
        [report_columns.column_label(name) for name in plan.shown],
        [Row("", "", "", [head.cell(r, CONTEXT) for head in heads]).html() for r in records],
    )


def _page_again(text: str) -> object:
    """A page with the text in its title, its message and its content, as the part that comes into a frame."""
    shown = escape(text)
    body = (
        f"<html><head><title>{shown}</title></head><body>"
        f'<main id="main" class="main" tabindex="-1"><div id="messages">{shown}</div>'
        f'<div class="page-heading">{shown}</div><script>{shown}</script></main></body></html>'
    )
    answer = Answer(200, {}, body)
    return frame.part_of(answer).content, known_pages._reduced(body, 0.0, [])


def _list_rows(records: list[dict[str, Any]]) -> object:
    """The rows of every resource's list, and the panels of its page."""
    drawn: list[object] = []
    for resource, record in itertools.product([registry.named("offers"), registry.named("users")], records):
        cells = [column.cell(record, CONTEXT) for column in resource.columns]
        drawn.append(Row(resource.record_id(record), resource.title(record), "/", cells).selectable_html())
        fields = builtin_contract().record_fields(resource.tag)
        for panel in panels.build_panels(resource.panels, record, fields, CONTEXT, resource.labels):
            drawn += [(panel.title, fact.label, fact.cell.html(), fact.is_wide) for fact in panel.facts]
    return drawn


def _remote(record: dict[str, Any]) -> object:
    """Everything that is told of an export of the API's list."""
    told = export.RemoteExport(SERVICE, record)
    names_of_all = [name for name, value in vars(export.RemoteExport).items() if isinstance(value, property)]
    return [getattr(told, name) for name in names_of_all], center_rows.row_of_remote(told, integration="")


def _remote_record(text: str) -> dict[str, Any]:
    option = dict.fromkeys(("start_date", "end_date", "timezone", "fields", "filters"), text)
    names_of_all = (
        "id",
        "type",
        "status",
        "error",
        "created_at",
        "integration",
        "requested_by",
        "guest_token",
    )
    return {**dict.fromkeys(names_of_all, text), "artifact": {"name": text}, "reports_query_option": option}


def _file(text: str) -> object:
    """A file of the text: what kind it is, its first rows, and its lines checked one by one."""
    data = text.encode("utf-8", "replace")
    encoding = encoding_detection.encoding_of([data])
    list(decoding.Decoder(encoding).utf8([data]))
    found = preview.parse_preview(data, ",", is_whole=True)
    reader = csv_rows.Reader(max(len(found.names), 1), ",", lambda line: None)
    return list(reader.read([data])), [row.html() for row in found.rows]


def _looked_into(header: list[str]) -> object:
    made = [look_columns.Column(place, name, look_columns.NUMBER, 1, 1) for place, name in enumerate(header)]
    columns_of_file = look_columns.Columns(made)
    return (
        columns_of_file.amounts,
        columns_of_file.group_choices,
        columns_of_file.moment,
        [one.key for one in made],
    )


def _csv_table(text: str) -> object:
    with suppress(NotATable):
        return list(csv_tables.read_csv(text.encode("utf-8", "replace"), bool).rows)
    return None


def _workbook_table(text: str) -> object:
    out = io.BytesIO()
    workbook.write_workbook(out, ["a"], [False], [[[text[: workbook.MAXIMUM_CELL - 1]]]])
    return list(workbooks.read_workbook(out.getvalue(), bool).rows)


def _refused(read: Callable[..., object], *arguments: str) -> object:
    """What it reads, or why it does not."""
    try:
        return read(*arguments)
    except ValueError as refusal:
        return refusal


def _workbook(cells: list[list[str]]) -> object:
    out = io.BytesIO()
    workbook.write_workbook(out, ["n"] * len(cells[0]), [True] * len(cells[0]), [cells])
    return out


def _refusal(messages: dict[str, list[str]], sentence: str = "") -> RequestRefused:
    return RequestRefused("listOffers", sentence, status=400, field_errors=messages)


def _query_of(text: str, count: int) -> object:
    """Everything that a record with so many of each thing tells of its query."""
    told = record_query.RecordQuery(
        {
            "type": text,
            "requested_by": {"id": text},
            "reports_query_option": {
                "start_date": text,
                "end_time": [text] * count,
                "timezone": {text: text},
                "fields": [text] * count,
                "extra_parameters": [{text: text}] * count,
                "filters": [{"field": text, "values": [text] * 2}] * count,
            },
        }
    )
    names = ("report_type", "start", "end", "zone", "integrations", "columns", "extra_parameters", "filters")
    return [getattr(told, name) for name in names]


def _error(text: str) -> object:
    body = json.dumps({"message": text, "errors": {text: [text] * 3, "name": text}}).encode()
    return error_bodies.read_error(body, ["name"]), error_bodies.read_error(text.encode("utf-8", "replace"))


def _tried(work: Work, *expected: type[Exception]) -> object:
    try:
        return work()
    except expected:
        return None


def _addressed(text: str) -> object:
    return [
        _tried(partial(allowed_hosts.check_base_url, text, [text]), allowed_hosts.HostRefused),
        _tried(partial(allowed_hosts.split_address, text), allowed_hosts.HostRefused),
        public_ips.is_public(text),
        allowed_hosts.is_loopback(text),
        allowed_hosts.is_listed(text, 1, ["a"], with_port=True),
    ]


def _parameters(count: int, name: str) -> dict[str, Parameter]:
    return {f"{name}{number}": Parameter(f"{name}{number}") for number in range(count)}


def _fields(count: int, name: str, wire: str = "") -> dict[str, Field]:
    made = (f"{name}{number}" for number in range(count))
    return {one: Field(one, wire_name=f"{wire}{one}" if wire else "") for one in made}


def _chain(count: int) -> dict[str, Field]:
    """Each field is sent under our name for the next one."""
    return {f"f{n}": Field(f"f{n}", wire_name=f"f{n + 1}") for n in range(count)}


#: By the reader: the work it has with a text.
TEXT: dict[str, Callable[[str], Work]] = {
    "api.http.allowed_hosts": lambda text: partial(_addressed, text),
    "api.answers.records": lambda text: (
        lambda: (
            answer_records.read_page({"data": _records(text), "meta": {"total_count": text}}, 1, 50),
            answer_records.created_id({"id": text}),
            answer_records.truncation_sentence(len(text)),
        )
    ),
    "api.answers.error_bodies.plain": lambda text: partial(error_bodies.plain, text),
    "api.answers.error_bodies.read_error": lambda text: partial(_error, text),
    "api.answers.error_bodies.is_page": lambda text: partial(
        error_bodies.is_page, {"content-type": text}, text.encode("utf-8", "replace")
    ),
    "api.export_records": lambda text: (
        lambda: (
            export_records.status({"status": text}),
            export_records.meaning_of(text),
            export_records.is_finished(_remote_record(text)),
            export_records.has_failed(_remote_record(text)),
            export_records.was_canceled(_remote_record(text)),
            export_records.artifact_name({"artifact": text}),
            export_records.signed_url(text),
        )
    ),
    "api.contract.field_names": lambda text: (
        lambda: (
            field_names.to_our_names({text: text}, {"a": Field("a", wire_name="b")}),
            field_names.to_wire_names({text: text}, {"a": Field("a", wire_name="b")}),
            field_names.path_to_our_names(text, {"a": Field("a", wire_name="b")}),
            field_names.path_to_wire_names(text, {"a": Field("a", wire_name="b")}),
            field_names.query_to_wire_names(ListQuery(sort=(text,), filters=(query.Filter(text),)), {}, ()),
            field_names.stated_names({field_names.EXTENSION: {text: text}}),
        )
    ),
    "api.answers.html_to_text.without_markup": lambda text: partial(html_to_text.without_markup, text),
    "api.answers.outcomes": lambda text: (
        lambda: (
            outcomes.service_request_id({"x-request-id": text}),
            _tried(
                partial(
                    outcomes.read_answer, _offers_list(), 403, {}, json.dumps({"message": text}).encode(), "1"
                ),
                outcomes.FailedAnswer,
            ),
        )
    ),
    "api.http.protocol.decode": lambda text: (
        lambda: _tried(partial(protocol.decode, text.encode("utf-8", "replace")), protocol.UndecodableBody)
    ),
    "api.http.protocol.encode": lambda text: partial(protocol.encode, {text: text}),
    "api.query": lambda text: (
        lambda: (
            query.Filter.from_parameter(text, text),
            query.path_segment(text),
            query.query_string([(text, text)]),
        )
    ),
    "api.redaction.redact": lambda text: partial(redaction.redact, text),
    "api.redaction.without_keys": lambda text: partial(redaction.without_keys, text),
    "api.redaction.without_credentials": lambda text: (
        lambda: (redaction.without_credentials(text), redaction.is_secret_name(text))
    ),
    "api.contract.name_matching.normalised": lambda text: partial(name_matching.normalised, text),
    "api.http.retry.read_retry_after": lambda text: partial(retry.read_retry_after, text),
    "api.token_api.find_rows": lambda text: partial(token_api.find_rows, {"data": text}),
    "api.contract.safe_yaml.read_yaml": lambda text: (
        lambda: _tried(partial(safe_yaml.read_yaml, text), safe_yaml.YamlError)
    ),
    "text.direction": lambda text: (
        lambda: (
            direction.turns(text),
            direction.isolated(text),
            direction.isolated_html(text),
            direction.contained(text),
        )
    ),
    "text.mail_addresses": lambda text: partial(mail_addresses.addresses_in, text),
    "exports.remote.record_times.read_time": lambda text: partial(record_times.read_time, text),
    "exports.remote.record_query.RecordQuery": lambda text: partial(_query_of, text, 1),
    "exports.worker.file_facts.facts_of": lambda text: partial(
        file_facts.facts_of,
        text.encode("utf-8", "replace"),
        text.encode("utf-8", "replace"),
        REPORT_TYPES["conversions"],
        is_whole=False,
        asked=",",
    ),
    "reports.file_filters.file_filters_of": lambda text: partial(
        file_filters.file_filters_of, f"/reports/clicks/?filter[status]={text}", [text]
    ),
    "text.typed": lambda text: (
        lambda: (
            typed.one_line(text),
            typed.trimmed(text),
            typed.is_blank(text),
            typed.one_word(text),
            typed.words_of(text),
            typed.unseen_in(text),
            typed.as_shown(text),
        )
    ),
    "ui.values": lambda text: (
        lambda: (
            values.label_of(text),
            values.value_at({"a": {"b": 1}}, text),
            values.text_of([text, {text: [text]}]),
            values.moment_of(text),
            values.is_web_address(text),
            values.money_text(text),
            values.shortened(text, 10),
            values.identifier(text),
            values.is_missing(text),
            values.whole_number(text),
        )
    ),
    "ui.contract_values": lambda text: (
        lambda: (
            contract_values.as_boolean(text),
            contract_values.as_number(text),
            bodies.is_same(text, True, None),
            contract_values.as_contract_says(text, NUMBER_FIELD),
            contract_values.is_known(text, NUMBER_FIELD),
            contract_values.unknown_text(text),
            contract_values.known_text([text], Field("a", "array", item_enum=("b",))),
            contract_values.can_be_sent([text], Field("a", "array", item_enum=("b",))),
        )
    ),
    "resources.forms.web_addresses": lambda text: (
        lambda: (
            web_addresses.problem_with_address(text),
            web_addresses.problem_with_email(text),
        )
    ),
    "ui.cells": lambda text: (
        lambda: (
            text_cell(text, 1000),
            Cell(text, suffix=text).html(),
            Cell(text, href="/", is_external=True).html(),
            Row(text, text, text, [Cell(text, suffix=text)]).selectable_html(),
        )
    ),
    "resources.references.name_cache.referenced_ids": lambda text: partial(
        name_cache.referenced_ids, [{"a": text}], "a"
    ),
    "text.typed_numbers": lambda text: partial(_refused, typed_numbers.number_text, text),
    "bulk.imports.reading.csv_tables": lambda text: partial(_csv_table, text),
    "bulk.imports.reading.workbooks": lambda text: partial(_workbook_table, text),
    "bulk.imports.columns.targets.plain_name": lambda text: partial(targets.plain_name, text),
    "bulk.imports.checking.numbers": lambda text: (
        lambda: (
            numbers.evidence_of([(1, text)]),
            _refused(numbers.number_of, text, ","),
            numbers.sign_of(text),
        )
    ),
    "bulk.imports.checking.values.id_of": lambda text: partial(_refused, import_values.id_of, text),
    "resources.files.values": lambda text: (
        lambda: (
            file_values.plain_text(file_values.cell_of(text)),
            file_values.items_of(text),
            file_values.items_of(file_values.cell_of([text, text])),
        )
    ),
    "ui.files.csv_files": lambda text: (
        lambda: (
            csv_files.plain_file_name(text),
            csv_files.plain_cell(text),
            csv_files.safe_cell(text),
            csv_files.shielded(text),
            csv_files.unshielded(text),
            csv_files.csv_response(text, [text], [[text]]),
            list(csv_files.streamed_csv(text, [text], [[text]])),
        )
    ),
    "network.transaction_ids": lambda text: (
        lambda: (
            transaction_ids.is_surely_transaction(text),
            transaction_ids.looks_like_transaction(text),
            transaction_ids.looks_like_record_id(text),
        )
    ),
    "resources.lists.filter_values": lambda text: (
        lambda: (
            filter_values.fits(text, TIME_FIELD),
            filter_values.fits(text, NUMBER_FIELD),
            filter_values.fits(text, Field("n", "integer")),
            filter_values.has_control_characters(text),
        )
    ),
    "ui.countries": lambda text: lambda: (countries.country_name(text), countries.is_country(text)),
    "ui.converters.segment": lambda text: partial(converters.segment, text),
    "ui.error_pages.describe": lambda text: partial(error_pages.describe, _refusal({"name": [text]}, text)),
    "reports.local_times": lambda text: lambda: (local_times.wall_clock(text), local_times.zone_named(text)),
    "reports.rows.loader.row_id": lambda text: partial(loader.row_id, {"real_tx_id": text}),
    "reports.error_descriptions.is_about_cursor": lambda text: partial(
        error_descriptions.is_about_cursor, _refusal({"a": [text]}, text)
    ),
    "conversions.csv_cells.csv_cell": lambda text: partial(csv_cells.csv_cell, [text, {text: text}]),
    "conversions.table.folded": lambda text: partial(table.folded, text),
    "exports.center.downloads.saved_as": lambda text: partial(downloads.saved_as, text, text),
    "exports.remote.statuses.remote_state": lambda text: partial(statuses.remote_state, text),
    "reports.range_words.range_words": lambda text: partial(range_words.range_words, text, text),
    "exports.delimiters": lambda text: (
        lambda: (
            delimiters.delimiter_name(text),
            delimiters.delimiter_words(text),
            delimiters.delimiter_plural(text),
        )
    ),
    "mail.rendering": lambda text: (
        lambda: (rendering.header_line(text), rendering.without_control_characters(text))
    ),
    "mail.mailbox": lambda text: partial(urlize, text[: mailbox.LONGEST_TEXT]),
}

#: The same of what draws whole pages, of many fields each: it is fed with a few of the texts.
PAGES: dict[str, Callable[[str], Work]] = {
    "ui.columns": lambda text: partial(_list_rows, _records(text)),
    "resources.forms.fields": lambda text: (
        lambda: (
            fields.LinesField().to_python(text),
            fields.ApiTextField().to_python(text),
            fields.form_field(
                Field("a", enum=("b",)), label="", help_text="", current=text, is_multiline=False
            ),
        )
    ),
    "reports.rows.columns": lambda text: partial(_plan, _records(text)),
    "ui.waiting": lambda text: partial(_page_again, text),
    "reports.rows.row_drawer.RowDrawer": lambda text: lambda: [_drawn(record) for record in _records(text)],
    "reports.rows.references": lambda text: (
        lambda: [
            (
                references.reference_in(record, kind),
                references.nameless_ids([record], kind),
                references.moment_of_row(record, REPORT),
            )
            for record in _records(text)
            for kind in references.KINDS.values()
        ]
    ),
    "conversions.results.ConversionResults": lambda text: partial(
        _conversions, _records(text), TableState(text="x", sort="id")
    ),
    "look_inside": lambda text: partial(_file, text),
    "look_inside.columns": lambda text: lambda: (number_formats.number_of(text), _looked_into([text])),
    "ui.files.workbook.write_workbook": lambda text: partial(_workbook, [[text, "1"]]),
    "look_inside.files.writer_process.write_csv": lambda text: partial(
        writer_process.write_csv, io.BytesIO(), [text], iter([[(text,)]]), has_mark=True
    ),
    "look_inside.query.results": lambda text: (
        lambda: (
            look_results.row_of([look_columns.Column(0, text, "text", 1, 1)] * 2, [text, text]).html(),
            look_results.row_of([look_columns.Column(0, text, "number", 1, 1)] * 2, [text, text]).html(),
        )
    ),
    "exports.remote.export.RemoteExport": lambda text: partial(_remote, _remote_record(text)),
    "home.trace.report_rows": lambda text: (
        lambda: (
            report_rows.ids_of(_records(text)),
            report_rows.is_known_by({"real_tx_id": text}, frozenset()),
        )
    ),
    "home.trace.row_tables.RowTable": lambda text: (
        lambda: [
            row.row.html()
            for row in row_tables.RowTable(REPORT, _records(text), CONTEXT, {}, frozenset()).rows
        ]
    ),
    "offers.setup_check.check": lambda text: (
        lambda: [setup_check.check(record, _records(text), record) for record in _records(text)]
    ),
    "offers.link_builder": lambda text: (
        lambda: [
            (
                link_builder.offer_warnings(record),
                link_builder.link_form(
                    RequestFactory().get("/", {"publisher": "1"}).GET,
                    record,
                    answer_records.Page(_records(text), None, None, 1, 50),
                ).is_valid(),
            )
            for record in _records(text)
        ]
    ),
    "offers.tracking_links": lambda text: (
        lambda: (
            tracking_links.encoded(text),
            tracking_links.tracking_link(text, text, text, {"a": text}),
            tracking_links.read_ids(text),
            tracking_links.chosen_ids(text, text),
            tracking_links.TrackingLinkForm({"domain": text}, landing_pages=[(text, text)]).errors,
        )
    ),
}


def _one_each(count: int, name: str) -> dict[str, str]:
    return {f"{name}{number}": name for number in range(count)}


def _wide(count: int) -> Iterator[list[dict[str, Any]]]:
    """Records in shapes that make careless readers slow."""
    yield [_one_each(count, "column")]
    yield [_one_each(count, "same_") | _one_each(count, "Same ")]
    yield [{f"c{number}": number} for number in range(count)]
    yield [{"id": "a", "name": "b", "offer_id": "c"}] * count
    yield [{"id": number, "name": "a", "n": Decimal(number)} for number in range(count)]
    yield [
        {"id": ["a"] * count, "name": [{"a": "b"}] * count, "country": ["x"] * count, "offer": ["a"] * count}
    ]
    yield [{"default_payout": _one_each(count, "c"), "a.b": 1}]
    yield [{"a": "x", "A": "x", "a_": "x", **{"_" * number: "x" for number in range(min(count, 200))}}]


def _over_wide(work: Callable[[list[dict[str, Any]]], object]) -> Callable[[int], Work]:
    def made(count: int) -> Work:
        shapes = list(_wide(count))
        return lambda: [work(records) for records in shapes]

    return made


def _headers(count: int) -> list[list[str]]:
    return [
        ["a"] * count,
        ["A", "a"] * (count // 2),
        [""] * count,
        [f"c{n}" for n in range(count)],
        [*(f"a ({n})" for n in range(2, count // 2)), *["a"] * (count // 2)],
        [f"currency_{n}" for n in range(count)],
        [f"{n} currency" for n in range(count)],
    ]


def _errors(count: int) -> list[Any]:
    return [
        ["x"] * count,
        {f"f{n}": "x" for n in range(count)},
        [{"field": ["data"] * 50, "message": "x"}] * count,
        [1] * count,
        [[[]]] * count,
        {"a" * count: ["x"] * 300},
    ]


#: By the reader: the work it has with many things.
WIDE: dict[str, Callable[[int], Work]] = {
    "api.answers.records": _over_wide(lambda records: answer_records.read_page({"data": records}, 1, 50)),
    "api.answers.answer_records.read_report": _over_wide(
        lambda records: answer_records.read_report({"data": records, "pageInfo": records[0]})
    ),
    "api.answers.answer_records.read_record": _over_wide(
        lambda records: answer_records.read_record(records[0])
    ),
    "api.answers.error_bodies.read_error": lambda count: (
        lambda: [
            error_bodies.read_error(json.dumps({"errors": found}).encode(), ["name"])
            for found in _errors(count)
        ]
    ),
    "api.export_records": _over_wide(
        lambda records: [export_records.is_finished(record) for record in records]
    ),
    "api.contract.field_names": lambda count: (
        lambda: (
            field_names.fields_by_our_names(_fields(count, "f"), _fields(count, "F"), {}),
            field_names.fields_by_our_names(
                _fields(count, "f"), _fields(count, "g"), {f"f{n}": f"g{n}" for n in range(count)}
            ),
            field_names.to_our_names(_one_each(count, "f"), _chain(count)),
            field_names.to_wire_names(_one_each(count, "f"), _chain(count)),
        )
    ),
    "api.http.protocol.decode": _over_wide(
        lambda records: protocol.decode(json.dumps(records, default=str).encode())
    ),
    "api.redaction.redact": lambda count: partial(redaction.redact, "\n".join(["token=abcdefgh"] * count)),
    "api.contract.name_matching": lambda count: (
        lambda: (
            name_matching.same_words(["a"] * count, ["a"] * count, str),
            name_matching.same_words(
                [f"a{n}" for n in range(count)], [f"A{n}" for n in range(count)], name_matching.normalised
            ),
            name_matching.own_parameter_names(_parameters(count, "a"), _parameters(count, "b")),
        )
    ),
    "api.token_api.find_rows": _over_wide(lambda records: token_api.find_rows({"data": {"rows": records}})),
    "api.contract.safe_yaml.read_yaml": lambda count: (
        lambda: [
            _tried(partial(safe_yaml.read_yaml, text), safe_yaml.YamlError)
            for text in ("- a\n" * count, "[" * count, "".join(f"a{n}: &a{n} b\n" for n in range(count)))
        ]
    ),
    "ui.columns": _over_wide(lambda records: _list_rows(records[:20])),
    "resources.references.name_cache.referenced_ids": _over_wide(
        lambda records: name_cache.referenced_ids(records, "id")
    ),
    "resources.forms.fields": lambda count: (
        lambda: [
            fields.form_field(
                Field("a", "array", item_enum=tuple(f"v{n}" for n in range(count))),
                label="",
                help_text="",
                current=[f"w{n}" for n in range(count)],
                is_multiline=False,
            ),
            fields.chosen_field(
                Field("a", "array"),
                [(f"v{n}", "v") for n in range(count)],
                label="",
                help_text="",
                current=[f"w{n}" for n in range(count)],
            ),
        ]
    ),
    "ui.error_pages.describe": lambda count: partial(
        error_pages.describe, _refusal({f"f{n}": ["x"] for n in range(count)})
    ),
    "reports.rows.columns": _over_wide(lambda records: _plan(records[:100])),
    "reports.rows.columns.seen_columns": _over_wide(report_columns.seen_columns),
    "reports.rows.row_drawer.RowDrawer": _over_wide(
        lambda records: [_drawn(record) for record in records[:3]]
    ),
    "reports.rows.references.nameless_ids": _over_wide(
        lambda records: [references.nameless_ids(records, kind) for kind in references.KINDS.values()]
    ),
    "reports.rows.seen_columns.with_currency": lambda count: partial(
        seen_columns.with_currency, ["payout"] * count, ["currency"] * count
    ),
    "conversions.results.ConversionResults": _over_wide(
        lambda records: _conversions(records, TableState(text="x", sort="id"))
    ),
    "conversions.table.Table": _over_wide(
        lambda records: (
            table.Table(records).labels,
            table.Table(records).holding("x").rows,
            table.Table(records).sorted_by("id", is_descending=True).rows,
        )
    ),
    "look_inside.prepare.csv_dialect.dialect_of": lambda count: (
        lambda: [
            _tried(partial(csv_dialect.dialect_of, ",".join(header) + "\n"), compression.NotATable)
            for header in _headers(count)
        ]
    ),
    "look_inside.prepare.csv_dialect._names_of": lambda count: (
        lambda: [csv_dialect._names_of(header) for header in _headers(count)]
    ),
    "look_inside.columns": lambda count: lambda: [_looked_into(header) for header in _headers(count)],
    "look_inside": lambda count: (
        lambda: [
            _file(text)
            for text in (
                "a,b\n" + '"a\n' * count,
                "a,b\n" + 'x"y"z,\n' * count,
                "a,b\n" + '"a""\n' * count,
                "a,b\n" + "a\n" * count,
                "a,b\n" + 'a"b,c\n' * count,
            )
        ]
    ),
    "ui.files.workbook.write_workbook": lambda count: partial(_workbook, [["=a", "1"]] * count),
    "exports.remote.record_query.RecordQuery": lambda count: partial(_query_of, "a", count),
    "exports.remote.export.RemoteExport": lambda count: partial(
        _remote, {"artifact": [{"a": [{}]}] * count, "reports_query_option": {"fields": ["a"] * count}}
    ),
    "exports.remote.export.remote_exports": lambda count: partial(
        export.remote_exports, Service(pk=SERVICE), [{"id": n} for n in range(count)]
    ),
    "home.trace.report_rows": _over_wide(report_rows.ids_of),
    "offers.setup_check.check": _over_wide(
        lambda records: setup_check.check(records[0], records[:100], records[0])
    ),
    "offers.duplication.missing_by_name": _over_wide(
        lambda records: duplication.missing_by_name(records, records, registry.named("offers"))
    ),
    "offers.duplication.copied_values": _over_wide(
        lambda records: duplication.copied_values(records[0], builtin_contract().for_tag("Offers")["create"])
    ),
    "offers.tracking_links": lambda count: partial(tracking_links.read_ids, "1," * count),
}
