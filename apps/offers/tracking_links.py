"""Tracking links of an offer: the address a publisher sends clicks to.

Parameters and their names are from the vendor's guide "Tracking links": offer, publisher, sub_id,
external_transaction_id, and lp for a landing page other than the offer's default.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.exceptions import ValidationError

from apps.api.client import Page
from apps.api.deadline import run_together
from apps.api.errors import ApiError
from apps.api.query import Filter, ListQuery
from apps.resources.bulk_actions import LARGEST_SELECTION
from apps.resources.columns import Record
from apps.resources.scope import Scope
from apps.text.typed import words_of

SUB_IDS = ("sub_id", "sub_id_2", "sub_id_3", "sub_id_4", "sub_id_5", "sub_id_6")
#: As many as an address can list: servers take about eight kilobytes of it.
MOST_PUBLISHERS = 500
#: A placeholder such as {click_id}, filled in by whoever sends the click: encoded, it would not be found.
_MACRO = re.compile(r"(\{\{[\w.:-]+\}\}|\{[\w.:-]+\})", re.ASCII)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}(?::[0-9]{{1,5}})?")


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
    first = read_ids(publisher)
    if not all(key.isdecimal() for key in first):
        first = [publisher.strip()]
    return list(dict.fromkeys([*first, *read_ids(publishers)]))


@dataclass(frozen=True)
class Publishers:
    """What the API said about some ids."""

    records: Mapping[str, Record]
    #: Ids that no publisher has.
    unknown: Sequence[str] = ()
    #: Why the ids could not be looked up, when they could not.
    error: ApiError | None = None


def find_publishers(scope: Scope, ids: Sequence[str]) -> Publishers:
    """The publishers with these ids, a hundred with each call; `scope` is the one of the publishers.

    An API that does not filter by several ids answers with others: then nothing is said about the missing ones.
    """
    id_field = scope.fields.get("id")
    wants_number = id_field is not None and id_field.type == "integer"
    possible = [key for key in ids if not wants_number or (key.isascii() and key.isdecimal())]
    parts = [
        possible[start : start + LARGEST_SELECTION] for start in range(0, len(possible), LARGEST_SELECTION)
    ]
    answers: list[Page | ApiError] = run_together(*(partial(_read, scope, part) for part in parts))
    records: dict[str, Record] = {}
    errors = []
    for answer in answers:
        if isinstance(answer, ApiError):
            errors.append(answer)
        else:
            records.update({scope.resource.record_id(record): record for record in answer.records})
    are_checked = not errors and records.keys() <= set(possible)
    known = set(records) if are_checked else set(possible)
    return Publishers(
        {key: records[key] for key in possible if key in records},
        [key for key in ids if key not in known],
        errors[0] if errors else None,
    )


def _read(scope: Scope, ids: Sequence[str]) -> Page:
    return scope.read_page(
        ListQuery(page_size=LARGEST_SELECTION, filters=(Filter("id", "in", ",".join(ids)),))
    )


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
