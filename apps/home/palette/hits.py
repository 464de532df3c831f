"""What was found in one place, as the palette offers it: records, and what people open next of the first of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.connections.models import Integration
from apps.home.search.search import SearchBlock, SearchHit
from apps.reports.links import report_url
from apps.resources.details.related_tables import RelatedList
from apps.text.direction import isolated

#: Of more records than these, nothing further is offered for the first: more of its name has to be typed.
FEW = 3
#: Of the report about a record: the words for a range, and the range by its name.
_DAYS = (("yesterday", "yesterday"), ("today", "today"))


@dataclass(frozen=True)
class FurtherLink:
    """A page about a record that is not the record's own."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class PaletteHit:
    """A record to open."""

    hit: SearchHit
    #: Whether it is the record of the very id, or of the whole name, that was typed.
    is_exact: bool = False
    further: Sequence[FurtherLink] = ()


def palette_hits(block: SearchBlock, text: str, integration: Integration | None) -> list[PaletteHit]:
    """The records found: that of the id, those of the name, those whose name begins so, the others.

    Those of the id and of the name stand above all else: what can be done on a page has words of its records too.
    """
    wanted = text.casefold()
    found = [hit for hit in block.found if hit.url]
    found.sort(key=lambda hit: (hit.title.casefold() != wanted, not hit.title.casefold().startswith(wanted)))
    exact = [block.exact] if block.exact else []
    is_meant = len(found) <= FEW or found[0].title.casefold() == wanted or bool(exact)
    return [
        PaletteHit(
            hit,
            hit is block.exact or hit.title.casefold() == wanted,
            list(_further(block, hit, integration)) if number == 0 and is_meant else (),
        )
        for number, hit in enumerate([*exact, *found])
    ]


def _further(block: SearchBlock, hit: SearchHit, integration: Integration | None) -> Iterator[FurtherLink]:
    scope, name = block.scope, isolated(hit.title)
    if (
        integration
        and "integrationID" not in scope.path
        and integration.service_id != scope.connection.service_id
    ):
        # Another service's integration holds nothing of this record.
        integration = None
    for panel in scope.resource.related:
        related = RelatedList.of(panel, scope, hit.record_id, integration)
        if related is not None:
            other = related.scope.resource
            yield FurtherLink(f"{other.label_plural} of {name}", related.url, other.icon)
    place = scope.path.get("integrationID") or (integration.integration_id if integration else "")
    if scope.resource.report_filter and place:
        for words, days in _DAYS:
            url = report_url(place, days=days, **{scope.resource.report_filter: hit.record_id})
            yield FurtherLink(f"Conversions of {name} {words}", url, "badge-check")
