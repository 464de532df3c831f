"""Several records of one resource side by side: their panels field by field, and which fields differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.api.errors import ApiError
from apps.resources.details.panels import OTHER_FIELDS, Fact, build_panels
from apps.resources.scope import Scope
from apps.ui.cells import Cell
from apps.ui.columns import Record, RowContext
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.values import MISSING, is_missing, text_of, value_at

FEWEST, MOST = 2, 5
_MISSING_CELL = Cell(MISSING, css="muted")


@dataclass(frozen=True)
class ComparedRecord:
    """The head of one record's column; `error` says why it has nothing below it."""

    record_id: str
    title: str
    url: str
    badges: Sequence[Cell] = ()
    error: ErrorDescription | None = None
    edit_url: str = ""
    #: The same comparison without it; "" where too few would be left.
    without_url: str = ""


@dataclass(frozen=True)
class ComparedField:
    """One field: a cell for each record, None for one that was not read."""

    label: str
    cells: Sequence[Cell | None]
    differs: bool


@dataclass(frozen=True)
class ComparedPanel:
    """A panel of the record's page, with the fields of all records."""

    title: str
    fields: Sequence[ComparedField]


def compared_record(
    scope: Scope, record_id: str, answer: Record | ApiError, context: RowContext, *, may_edit: bool
) -> ComparedRecord:
    """The head of a record's column, as the API answered."""
    resource = scope.resource
    url = resource.url("detail", scope.list_path, record_id)
    if isinstance(answer, ApiError):
        return ComparedRecord(record_id, resource.title_of(record_id, None), url, error=describe(answer))
    badges = {column.field: column for column in resource.columns}
    return ComparedRecord(
        record_id,
        resource.title(answer),
        url,
        [badges[name].cell(answer, context) for name in resource.quick_filters if name in badges],
        edit_url=resource.url("edit", scope.list_path, record_id)
        if may_edit and scope.may_try("update", record_id)
        else "",
    )


def compared_panels(
    scope: Scope, answers: Sequence[Record | ApiError], context: RowContext
) -> list[ComparedPanel]:
    """The fields of the records' pages, those that any of them has, without the ids that stand above them."""
    facts = [None if isinstance(answer, ApiError) else _facts(scope, answer, context) for answer in answers]
    order: dict[tuple[str, str], str] = {}
    for found in facts:
        order |= {key: fact.label for key, fact in (found or {}).items()}
    panels: dict[str, list[ComparedField]] = {}
    for (panel, field), label in order.items():
        shown = [None if found is None else found.get((panel, field)) for found in facts]
        values = {
            _value(answer, field, fact)
            for answer, fact in zip(answers, shown, strict=True)
            if not isinstance(answer, ApiError)
        }
        cells = [
            None if found is None else fact.cell if fact else _MISSING_CELL
            for found, fact in zip(facts, shown, strict=True)
        ]
        panels.setdefault(panel, []).append(ComparedField(label, cells, len(values) > 1))
    return [ComparedPanel(title, fields) for title, fields in panels.items()]


def only_differences(panels: Sequence[ComparedPanel]) -> list[ComparedPanel]:
    """The panels without what all records have alike."""
    left = (replace(panel, fields=[field for field in panel.fields if field.differs]) for panel in panels)
    return [panel for panel in left if panel.fields]


def _facts(scope: Scope, record: Record, context: RowContext) -> dict[tuple[str, str], Fact]:
    """The record's facts by panel and field."""
    resource = scope.resource
    shown = build_panels(
        resource.panels, record, scope.fields, context, resource.labels, resource.hidden_fields
    )
    return dict(_keyed((panel.title, panel.facts) for panel in shown))


def _keyed(panels: Iterator[tuple[str, Sequence[Fact]]]) -> Iterator[tuple[tuple[str, str], Fact]]:
    for title, facts in panels:
        # It says how many there are, which each record has of its own.
        panel = OTHER_FIELDS if title.startswith(OTHER_FIELDS) else title
        yield from (((panel, fact.field), fact) for fact in facts if fact.field != "id")


def _value(record: Mapping[str, object], field: str, fact: Fact | None) -> tuple[str, str]:
    """What is compared: the value whole, which its cell may cut or round, and its currency; nothing is nothing."""
    value = record[field] if field in record else value_at(record, field)
    if fact is None or is_missing(value):
        return "", ""
    return text_of(value), fact.cell.suffix
