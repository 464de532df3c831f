"""The figures of groups as CSV or Excel: numbers stay plain, and each sum has its currency beside it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from django.http import FileResponse, HttpResponse

from apps.look_inside.query.figures import Line
from apps.look_inside.query.groups import Groups
from apps.look_inside.query.pivot import Pivot
from apps.ui.files.csv_files import plain_file_name, write_rows
from apps.ui.files.workbook import write_workbook
from apps.ui.values import MISSING

#: So many groups a file has; a page lists fewer.
MOST_GROUPS = 5_000
#: The mark by which spreadsheets know UTF-8.
_MARK = "\ufeff"


def figures_response(
    found: Groups | Pivot, format_name: str, name: str, *, has_mark: bool
) -> HttpResponse | FileResponse:
    """The figures as a download."""
    header, numbers, rows = _pivot(found) if isinstance(found, Pivot) else _groups(found)
    file_name = f"{plain_file_name(name).strip('-.') or 'figures'}.{format_name}"
    if format_name == "xlsx":
        file = BytesIO()
        write_workbook(file, header, numbers, [rows])
        file.seek(0)
        return FileResponse(
            file,
            as_attachment=True,
            filename=file_name,
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    text = StringIO()
    text.write(_MARK if has_mark else "")
    write_rows(text, [header, *rows])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _groups(found: Groups) -> tuple[list[str], list[bool], list[list[str]]]:
    header, numbers = [found.group.label, "Rows"], [False, True]
    for amount in found.amounts.all:
        header.append(amount.column.name)
        numbers.append(True)
        if amount.needs_currency:
            header.append(f"currency of {amount.column.name}")
            numbers.append(False)
    return header, numbers, [_line(found, line) for line in found.lines]


def _line(found: Groups, line: Line) -> list[str]:
    cells = [line.key, str(line.rows)]
    for amount, one in zip(found.amounts.all, line.sums, strict=True):
        cells.append(_number(one.amount))
        if amount.needs_currency:
            cells.append(one.currency_text)
    return cells


def _pivot(found: Pivot) -> tuple[list[str], list[bool], list[list[str]]]:
    parts = [part.name or MISSING for part in found.parts]
    rest = [found.rest_name] if found.rest_count else []
    header = [f"{found.figure.label} per {found.group.label}", "Total", *parts, *rest]
    rows = [
        [line.key, *_numbers([line.total, *line.values, *([line.rest] if rest else [])])]
        for line in found.lines
    ]
    return header, [False, *[True] * (len(header) - 1)], rows


def _numbers(values: Iterable[Decimal | None]) -> Sequence[str]:
    return [_number(value) for value in values]


def _number(value: Decimal | None) -> str:
    """The exact number without separators and without zeros at its end; "" for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
