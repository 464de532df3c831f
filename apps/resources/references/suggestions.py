"""Records found by what a person types into a look-up: by id first, then by name, through the API's own filter."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.api.client import Page
from apps.api.errors import ApiError, RecordNotFound
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.resources.references.name_cache import LARGEST_PAGE
from apps.resources.references.resolution import LONGEST_TEXT, Suggestion
from apps.resources.scope import Scope
from apps.text.typed import as_shown, one_line, one_word, words_of
from apps.ui.columns import Record
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.values import whole_number

MOST_SUGGESTIONS = 10
#: A name with its id behind it, as it is copied from a page: "Acme 12", "Acme (12)".
_NAME_AND_ID = re.compile(r"(.+?) \(?#?([^\s()]+)\)?")


@dataclass(frozen=True)
class Suggestions:
    """What was found; `more` is how many more match, `error` why some or all could not be read."""

    found: Sequence[Suggestion] = ()
    more: int = 0
    error: ErrorDescription | None = None
    #: Why nothing was looked up.
    problem: str = ""


def suggest(scope: Scope, typed: str, *, with_exact: bool = False) -> Suggestions:
    """Up to ten records whose id is the text, or whose name contains it; read side by side.

    `with_exact` puts those first whose whole name it is, however many others contain it.
    """
    text = one_line(typed)
    if not text:
        return Suggestions()
    if len(text) > LONGEST_TEXT:
        return Suggestions(problem=f"A name has at most {LONGEST_TEXT} characters; these are {len(text):,}.")
    key = scope.catalogue.as_id(text)
    by_id: list[Callable[[], Any]] = [partial(scope.get, key)] if key else []
    by_name: list[Callable[[], Any]] = [
        partial(_read, scope, filters) for filters in scope.resource.suggestion_filters(text)
    ]
    whole = Filter(scope.resource.search_field, "eq", text)
    if with_exact and not scope.catalogue.problem_with(whole):
        by_name.insert(0, partial(_read, scope, (whole,)))
    answers = run_together(*by_id, *by_name)
    records: list[Record] = []
    matching = 0
    for answer in answers:
        if isinstance(answer, Page):
            records.extend(answer.records)
            matching = max(matching, answer.total_count or 0)
        elif not isinstance(answer, ApiError):
            records.append(answer)
    found = list(_unique(scope, records))
    if not found:
        found = list(_unique(scope, _shown_as(scope, text)))
    errors = [
        answer
        for answer in answers
        if isinstance(answer, ApiError) and not isinstance(answer, RecordNotFound)
    ]
    return Suggestions(
        found[:MOST_SUGGESTIONS],
        max(matching - MOST_SUGGESTIONS, 0),
        describe(errors[0]) if errors else None,
    )


def _shown_as(scope: Scope, text: str) -> Iterable[Record]:
    """Records found although typed otherwise than the API has them: "007" for 7, "Acme (12)", without invisible signs.

    The API searches for just the letters it has, so it is asked for the id, and for the longest word.
    """
    parts = _NAME_AND_ID.fullmatch(text)
    number = whole_number(one_word(text).removeprefix("#"))
    key = scope.catalogue.as_id(parts[2] if parts else number)
    longest = max(words_of(text), key=len, default="")
    calls: list[Callable[[], Any]] = [partial(scope.get, key)] if key else []
    if longest and longest != text:
        calls += [
            partial(_read, scope, filters, LARGEST_PAGE)
            for filters in scope.resource.suggestion_filters(longest)
        ]
    for answer in run_together(*calls):
        for record in [] if isinstance(answer, ApiError) else getattr(answer, "records", [answer]):
            name, record_id = as_shown(scope.resource.title(record)), scope.resource.record_id(record)
            is_copied = parts is not None and record_id == key and name == as_shown(parts[1])
            if is_copied or as_shown(text) in name or record_id == number:
                yield record


def _read(scope: Scope, filters: tuple[Filter, ...], most: int = MOST_SUGGESTIONS) -> Page:
    sort = (filters[0].field,) if scope.catalogue.is_comparable(filters[0].field) else ()
    page, _ = scope.search(ListQuery(page_size=most, sort=sort, filters=filters))
    return page


def _unique(scope: Scope, records: Iterable[Record]) -> Iterable[Suggestion]:
    seen = set()
    for record in records:
        key = scope.resource.record_id(record)
        if key and key not in seen:
            seen.add(key)
            yield Suggestion(key, scope.resource.title(record), scope.resource.is_inactive(record))
