"""Tracking links of an offer: the address a publisher sends clicks to.

Parameters and their names are from the vendor's guide "Tracking links": offer, publisher, sub_id,
external_transaction_id, and lp for a landing page other than the offer's default.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.exceptions import ValidationError

from apps.api.client import Page
from apps.api.contract.contract import Field
from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.resources.lists.filter_values import fits, has_control_characters
from apps.resources.scope import Scope
from apps.resources.writes.actions import LARGEST_SELECTION
from apps.text.direction import isolated
from apps.text.typed import one_line, unseen_in, words_of
from apps.ui.columns import Record
from apps.ui.values import LONGEST_ID, shortened, whole_number

SUB_IDS = ("sub_id", "sub_id_2", "sub_id_3", "sub_id_4", "sub_id_5", "sub_id_6")
#: As many as an address can list: servers take about eight kilobytes of it.
MOST_PUBLISHERS = 500
_NAME = r"[A-Za-z_][\w.:-]*"
#: A placeholder in any of the usual ways to write one, filled in by whoever sends the click: encoded, it would not be
#: found. A dollar's braces, two pairs of braces, braces, brackets, and names between two signs.
_MACRO = re.compile(
    rf"(\$\{{{_NAME}\}}|\{{\{{[\w.:-]+\}}\}}|\{{[\w.:-]+\}}|\[\[{_NAME}\]\]|\[{_NAME}\]"
    rf"|##{_NAME}##|#{_NAME}#|%%{_NAME}%%|%{_NAME}%|\$\${_NAME}\$\$|\${_NAME}\$)",
    re.ASCII,
)
#: What separates entries in a field that may also hold a name.
_PIECES = re.compile(r"[,;\r\n]+")
#: Ids read one by one where an API does not filter by several.
SINGLE_READS = 8
#: So many ids are named in a sentence, each so far.
MOST_NAMED, _LONGEST_NAMED = 20, 60
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}(?::[0-9]{{1,5}})?")


def macros_in(values: Iterable[str]) -> list[str]:
    """The placeholders in some values, each once, as they stand in the link."""
    return list(dict.fromkeys(match[0] for value in values for match in _MACRO.finditer(value)))


def macro_note(values: Iterable[str]) -> str:
    """What to know of placeholders in a link that are not in the usual braces; "" where it has none."""
    macros = [macro for macro in macros_in(values) if not macro.startswith("{")]
    if not macros:
        return ""
    note = f"Kept as placeholders, for the system that sends the click to fill in: {', '.join(macros)}."
    if any(sign in macro for macro in macros for sign in "#%"):
        note += " Where it does not know them, # and % break the link."
    return note


def encoded(value: str) -> str:
    """A value as it stands in a link: everything that would end or split it is encoded, except macros."""
    pieces = _MACRO.split(value)
    return "".join(piece if _MACRO.fullmatch(piece) else quote(piece, safe="") for piece in pieces)


def tracking_link(domain: str, offer_id: str, publisher_id: str, values: Mapping[str, str]) -> str:
    """The link of one publisher; `values` are the other parameters, the empty ones are left out."""
    parameters = {"offer": offer_id, "publisher": publisher_id, **values}
    query = "&".join(f"{name}={encoded(value)}" for name, value in parameters.items() if value)
    return f"https://{domain}/?{query}"


def read_ids(text: str) -> list[str]:
    """The ids in a text, separated by commas, lines or spaces: each once, in their order, without a leading #."""
    pieces = (piece.removeprefix("#") for piece in words_of(text))
    return list(dict.fromkeys(piece for piece in pieces if piece))


def chosen_ids(publisher: str, publishers: str) -> list[str]:
    """The ids in the form's two fields; a name left in the first one stays whole, so that it can be named."""
    first = [key for piece in _PIECES.split(publisher) for key in _ids_or_name(piece)]
    return list(dict.fromkeys([*first, *read_ids(publishers)]))


def _ids_or_name(piece: str) -> list[str]:
    """Numbers are ids, each by itself; anything else may be one name, in which a number is no id."""
    ids, name = read_ids(piece), one_line(piece)
    return ids if all(key.isdecimal() for key in ids) or not name else [name]


@dataclass(frozen=True)
class Publishers:
    """What the API said about some ids, about each by itself."""

    #: By the id as it was typed.
    records: Mapping[str, Record]
    #: Ids that no publisher has.
    unknown: Sequence[str] = ()
    #: Why some of the ids could not be looked up, when they could not.
    error: ApiError | None = None
    #: Each possible id as the API has it, by what was typed: "007" is 7.
    ids: Mapping[str, str] = field(default_factory=dict)


def find_publishers(scope: Scope, ids: Sequence[str]) -> Publishers:
    """The publishers with these ids, a hundred with each call; `scope` is the one of the publishers.

    Each id is judged by itself: one that no publisher can have is sent with no call, a call that fails leaves open
    only the ids it was about. Where an API does not filter by several ids, a few are read one by one.
    """
    id_field = scope.fields.get("id")
    own = {key: text for key in ids if (text := _as_id(key, id_field))}
    wanted = list(dict.fromkeys(own.values()))
    parts = [wanted[start : start + LARGEST_SELECTION] for start in range(0, len(wanted), LARGEST_SELECTION)]
    answers: list[Page | ApiError] = run_together(*(partial(_read, scope, part) for part in parts))
    found: dict[str, Record] = {}
    absent: set[str] = set()
    left: list[str] = []
    error: ApiError | None = None
    for part, answer in zip(parts, answers, strict=True):
        if isinstance(answer, ApiError):
            error = error or answer
            continue
        there = {_as_id(scope.resource.record_id(record), id_field): record for record in answer.records}
        found |= there
        missing = [key for key in part if key not in there]
        if there.keys() <= set(part):
            absent.update(missing)
        else:
            left += missing
    single = _one_by_one(scope, [key for key in left if key not in found][:SINGLE_READS])
    found |= {key: record for key, record in single.items() if record is not None}
    absent |= {key for key, record in single.items() if record is None}
    return Publishers(
        {key: found[text] for key, text in own.items() if text in found},
        [key for key in ids if own.get(key) is None or own[key] in absent],
        error,
        {key: scope.resource.record_id(found[text]) if text in found else text for key, text in own.items()},
    )


def _as_id(key: str, field: Field | None) -> str:
    """An id as the API writes it, so that ids are compared as ids; "" for what no publisher can have."""
    if len(key) > LONGEST_ID or "," in key or has_control_characters(key):
        return ""
    if field is None or field.type != "integer":
        # Digits of any script are digits.
        return "".join(str(int(sign)) for sign in key) if key.isdecimal() else key
    number = whole_number(key)
    return number if number.isdecimal() and fits(number, field) else ""


def _one_by_one(scope: Scope, ids: Sequence[str]) -> dict[str, Record | None]:
    """Records by their ids, None for one that is not there; one that could not be read is left out."""
    answers: list[Record | ApiError | None] = run_together(*(partial(scope.get_or_none, key) for key in ids))
    return {key: one for key, one in zip(ids, answers, strict=True) if not isinstance(one, ApiError)}


def _read(scope: Scope, ids: Sequence[str]) -> Page:
    return scope.read_page(
        ListQuery(page_size=LARGEST_SELECTION, filters=(Filter("id", "in", ",".join(ids)),))
    )


def too_many(ids: Sequence[str]) -> str:
    """That an address cannot list so many."""
    return f"These are {len(ids)} publishers; {MOST_PUBLISHERS} at once is the most."


def named(ids: Sequence[str]) -> str:
    """Ids within a sentence: those of others kept apart from it, what nobody sees called by its number."""
    words = [isolated(shortened(key, _LONGEST_NAMED)) + _unseen(key) for key in ids[:MOST_NAMED]]
    more = f" and {len(ids) - MOST_NAMED:,} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(words) + more


def _unseen(key: str) -> str:
    signs = unseen_in(key)
    return f" (with {', '.join(signs[:5])}, which nobody sees)" if signs else ""


class TrackingLinkForm(forms.Form):
    """What a link is made of. `landing_pages` are (id, words) of the offer's."""

    use_required_attribute = False

    publisher = forms.CharField(
        required=False,
        help_text="Type a name to find the publisher, or its ID.",
    )
    publishers = forms.CharField(
        required=False,
        label="Many publishers",
        help_text=f"IDs separated by commas or lines, at most {MOST_PUBLISHERS}: each gets a link of its own.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    external_transaction_id = forms.CharField(
        required=False,
        strip=False,
        label="External transaction ID",
        help_text="The publisher's own click ID, or the macro that its system fills in, for example {click_id}.",
    )
    domain = forms.CharField(help_text="The tracking domain, for example track.example.com.")
    landing_page = forms.ChoiceField(
        required=False, help_text="Another page than the offer's default for this link."
    )

    def __init__(self, data: Any, *, landing_pages: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        for number, name in enumerate(SUB_IDS, 1):
            label = "Sub ID" if number == 1 else f"Sub ID {number}"
            self.fields[name] = forms.CharField(required=False, strip=False, label=label)
        self.fields["sub_id"].help_text = "Where the publisher's traffic comes from; it appears in reports."
        self._landing_pages = dict(landing_pages)
        choices = [("", "The offer's default"), *self._landing_pages.items()]
        chosen = self["landing_page"].value()
        if chosen and chosen not in self._landing_pages:
            choices.append((chosen, f"{chosen} (not a landing page of this offer)"))
        self.fields["landing_page"].choices = choices  # type: ignore[attr-defined]

    def clean_domain(self) -> str:
        """The bare domain; a scheme before it and a slash after it are dropped."""
        text: str = self.cleaned_data["domain"]
        domain = re.sub(r"^https?://", "", text, flags=re.IGNORECASE).rstrip("/")
        if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
            raise ValidationError("Enter a domain alone, for example track.example.com.")
        return domain

    def clean_landing_page(self) -> str:
        """The id, which must be one of the offer's landing pages."""
        chosen: str = self.cleaned_data["landing_page"]
        if chosen and chosen not in self._landing_pages:
            raise ValidationError(f"This offer has no landing page {chosen}.")
        return chosen

    def values(self) -> dict[str, str]:
        """The parameters besides offer and publisher, by their names in the link; the form must be valid."""
        names = (*SUB_IDS, "external_transaction_id")
        return {**{name: self.cleaned_data[name] for name in names}, "lp": self.cleaned_data["landing_page"]}
