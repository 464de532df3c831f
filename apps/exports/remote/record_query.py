"""What a record of the API's list tells of the request it was made for. The one reader of it: everything that compares
or shows a record's range, columns or filters asks here.

The shape of `reports_query_option` is not documented, so each thing is looked up under every name it may have. What
is not there is not known: it is no evidence for anything.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from apps.exports.delimiters import DELIMITERS
from apps.exports.remote.record_times import Bound, read_bound
from apps.exports.spec import names_in
from apps.reports.local_times import zone_of_text
from apps.reports.report_types import REPORT_TYPES, ReportType

_START = frozenset(
    {"start", "starttime", "startdate", "startdatetime", "from", "fromdate", "fromtime", "datefrom"}
)
_END = frozenset({"end", "endtime", "enddate", "enddatetime", "to", "todate", "totime", "dateto"})
_ZONE = frozenset({"timezone", "tz"})
_FIELDS = frozenset({"fields", "columns"})
_EXTRA = frozenset({"extraparameters"})
_DELIMITER = frozenset({"delimiter", "separator"})
_INTEGRATION = frozenset({"integration", "integrationid"})
_FILTERS = frozenset({"filters", "filter"})
#: Parts of a record that tell of the work or the file, or hold names that mean something else there.
_NOT_THE_QUERY = _FILTERS | {"resultsmeta", "artifact", "emailconfig", "exportlistoptions"}
_HOW_IT_IS_COMPARED = frozenset({"operator", "op", "type", "condition", "match", "mode", "relation"})
_NAMES_OF_A_FILTER = ("field", "name", "column", "key", "id")
_DELIMITER_WORDS = {**DELIMITERS, "\\t": "\t"}


class RecordQuery:
    """The request behind a record, as far as it is told."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record

    @cached_property
    def types(self) -> frozenset[str]:
        """The words for the kind of report, in small letters; usually one."""
        option = self._record.get("reports_query_option")
        words = [self._record.get("type"), option.get("type") if isinstance(option, Mapping) else None]
        return frozenset(word.strip().lower() for word in words if isinstance(word, str) and word.strip())

    @property
    def report_type(self) -> ReportType | None:
        """The kind of report, when its words are known and name one."""
        found = [report for report in REPORT_TYPES.values() if self.types & report.remote_types]
        return found[0] if len(found) == 1 else None

    @cached_property
    def start(self) -> Bound:
        """The start of the range."""
        return self._bound(_START)

    @cached_property
    def end(self) -> Bound:
        """The end of the range."""
        return self._bound(_END)

    def _bound(self, names: Collection[str]) -> Bound:
        """What the query tells; where it tells nothing, what stands elsewhere in the record."""
        option = self._record.get("reports_query_option")
        fields = list(_fields_of(option, names)) if isinstance(option, Mapping) else []
        return read_bound(fields or _fields_of(self._record, names))

    @cached_property
    def zone_text(self) -> str:
        """The zone of the range, as it came; "" when it is not told."""
        return next(self._texts(_ZONE), "")

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The zone, when its name is one."""
        name = zone_of_text(self.zone_text)
        return ZoneInfo(name) if name else None

    @property
    def requested_zone(self) -> str:
        """The zone in which `Bound.as_requested` is meant; the text as it came where it is no zone, "" for none."""
        if self.zone:
            return self.zone.key
        return "UTC" if self.start.finest and self.start.finest.instant else self.zone_text

    @cached_property
    def integrations(self) -> frozenset[str]:
        """The ids of the integrations whose rows it holds, those of its filters too; empty when it tells none."""
        told = {
            text
            for _, value in _fields_of(self._record, _INTEGRATION)
            for text in ([_identity_of(value)] if isinstance(value, Mapping) else _texts_of(value))
            if text
        }
        return frozenset(told) | {text for name, text in self._filter_values if _plain(name) in _INTEGRATION}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns in their order; empty when they are not told."""
        return self._names(_FIELDS)

    @cached_property
    def extra_parameters(self) -> tuple[str, ...]:
        """The extra parameters; empty when there are none, or none is told."""
        return self._names(_EXTRA)

    @cached_property
    def delimiter(self) -> str:
        """The delimiter, a character where its word is known; "" when it is not told."""
        values = [str(value) for _, value in _fields_of(self._record, _DELIMITER) if isinstance(value, str)]
        return next((_DELIMITER_WORDS.get(value.lower(), value) for value in values if value), "")

    @cached_property
    def filters(self) -> tuple[str, ...]:
        """What narrows its rows besides range and integration, in words such as "publisher: 12"; usually nothing."""
        narrow: dict[str, list[str]] = {}
        for name, text in self._filter_values:
            if _plain(name) not in _INTEGRATION | _START | _END | _ZONE:
                narrow.setdefault(name, []).append(text)
        return tuple(f"{name}: {', '.join(texts)}" for name, texts in narrow.items())

    @property
    def creator(self) -> str:
        """The API's user who requested it; "" when that is not told."""
        value = self._record.get("requested_by")
        text = _identity_of(value) if isinstance(value, Mapping) else value
        return str(text) if isinstance(text, str | int) and not isinstance(text, bool) else ""

    @cached_property
    def _filter_values(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for _, filters in _fields_of(self._record, _FILTERS, _NOT_THE_QUERY - _FILTERS):
            found += _values_of_filters(filters)
        return found

    def _texts(self, names: Collection[str]) -> Iterator[str]:
        for _, value in _fields_of(self._record, names):
            yield from _texts_of(value)

    def _names(self, names: Collection[str]) -> tuple[str, ...]:
        pieces = [name for text in self._texts(names) for name in names_in(text)]
        return tuple(dict.fromkeys(pieces))


def values_of(value: object, names: Collection[str]) -> Iterator[object]:
    """Every value that stands under one of the names, at any depth."""
    yield from (inner for _, inner in _fields_of(value, names, frozenset()))


def _fields_of(
    value: object, names: Collection[str], passed_over: Collection[str] = _NOT_THE_QUERY
) -> Iterator[tuple[str, object]]:
    """Name and value of everything that stands under one of the names, at any depth but in the parts passed over."""
    waiting = deque([value])
    while waiting:
        one = waiting.popleft()
        if isinstance(one, Mapping):
            for name, inner in one.items():
                plain = _plain(name)
                if plain in names:
                    yield plain, inner
                elif plain not in passed_over:
                    waiting.append(inner)
        elif isinstance(one, list):
            waiting += one


def _plain(name: object) -> str:
    return str(name).lower().replace("_", "").replace("-", "")


def _identity_of(value: Mapping[str, Any]) -> str:
    """The id of an object that stands where an id may; "" without one."""
    found = next(
        (value[name] for name in ("id", "integration_id", "integrationId", "email") if value.get(name)), ""
    )
    return str(found) if isinstance(found, str | int) else ""


def _texts_of(value: object) -> Iterator[str]:
    """The texts and numbers within a value, in their order; of an object with a name only that."""
    if isinstance(value, Mapping):
        named = next((value[name] for name in _NAMES_OF_A_FILTER if isinstance(value.get(name), str)), None)
        for inner in [named] if named else value.values():
            yield from _texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_of(inner)
    elif value is not None and not isinstance(value, bool) and str(value) != "":
        yield str(value)


def _values_of_filters(filters: object) -> Iterator[tuple[str, str]]:
    """Name and value of each condition: an object by name, a list of objects that name their field, or a text."""
    if isinstance(filters, Mapping):
        for name, condition in filters.items():
            yield from ((str(name), text) for text in _values_of_condition(condition))
    elif isinstance(filters, list):
        for one in filters:
            if isinstance(one, Mapping):
                label = next((key for key in _NAMES_OF_A_FILTER if isinstance(one.get(key), str)), "")
                rest = {key: value for key, value in one.items() if key != label}
                name = str(one.get(label) or "filter")
                yield from ((name, text) for text in _values_of_condition(rest))
            else:
                yield from (("filter", text) for text in _texts_of(one))
    else:
        yield from (("filter", text) for text in _texts_of(filters))


def _values_of_condition(condition: object) -> Iterator[str]:
    """The values of one condition: those of its lists, where it has lists; else every text, number and "true" of it."""
    if isinstance(condition, Mapping):
        values = [value for name, value in condition.items() if _plain(name) not in _HOW_IT_IS_COMPARED]
        lists = [value for value in values if isinstance(value, list)]
        for inner in lists or values:
            yield from _values_of_condition(inner)
    elif isinstance(condition, list):
        for inner in condition:
            yield from _values_of_condition(inner)
    elif condition is True:
        yield "true"
    elif condition not in (None, False, ""):
        yield str(condition)
