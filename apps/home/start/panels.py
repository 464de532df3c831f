"""The panels of the start page that are read from the API or the log: what each shows, and where all of it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from apps.changes.page import LogPage
from apps.changes.state import LogState
from apps.exports.center.merged_list import Center, catalogue_of
from apps.exports.center.state import CenterQuery
from apps.home.start.conversion_days import conversion_days
from apps.home.start.counts import COUNTED, counts_at
from apps.home.start.newest_offers import MOST_OF_A_PAGE, newest_offers
from apps.home.start.place import Place
from apps.resources import registry
from apps.shortcuts.reader import shortcuts_for
from apps.ui.fragments import is_part_wanted
from apps.ui.paging import read_number

Context = Mapping[str, Any]
#: So many exports, and so many changes, are shown.
MOST_EXPORTS, MOST_CHANGES = 5, 6
#: So many of each kind of shortcut; the panel's own page has all.
MOST_SHORTCUTS = 6


@dataclass(frozen=True)
class Panel:
    """One panel. `read` gives the context of its template, `home/start/_NAME.html`; it may raise an `ApiError`."""

    name: str
    title: str
    read: Callable[[Place], Context]
    #: Where all of it stands.
    all_url: Callable[[Place], str]
    #: Whether it is about an integration, so nothing for a person without a key of one.
    needs_key: bool = True

    @property
    def url(self) -> str:
        """The panel alone."""
        return reverse("panel", args=[self.name])

    @property
    def template(self) -> str:
        """What draws it."""
        return f"home/start/_{self.name}.html"


def _exports(place: Place) -> Context:
    connections = Center.connections_of(place.person)
    service = str(place.integration.service_id) if place.integration else ""
    query = QueryDict(mutable=True)
    query["page[size]"] = "25"
    if service:
        query["service"] = service
    catalogue = catalogue_of(Center.chosen(connections, service))
    center = Center(place.person, connections, CenterQuery.from_query(query, catalogue))
    center.load()
    return {"rows": center.rows[:MOST_EXPORTS], "center_error": center.error}


def _changes(place: Place) -> Context:
    page = LogPage(
        place.person, LogState.from_query(QueryDict("page[size]=25"), timezone.get_current_timezone())
    )
    return {"rows": page.rows[:MOST_CHANGES]}


def _counts(place: Place) -> Context:
    return {"reading": place.read("counts", lambda: counts_at(place))}


def _offers(place: Place) -> Context:
    if is_part_wanted(place.request):
        return {"reading": place.read("offers", lambda: newest_offers(place))}
    number = read_number(place.request.GET, "page", 1, [])
    read = place.read(f"offers:{number}", lambda: newest_offers(place, most=MOST_OF_A_PAGE, number=number))
    return {
        "reading": read,
        "is_whole": True,
        **_other_pages(OFFERS.url, number, has_more=read.value.has_more),
    }


def _other_pages(url: str, number: int, *, has_more: bool) -> Context:
    """The number of this page, and the addresses of those before and after; "" for none."""
    newer = url if number == 2 else f"{url}?page={number - 1}"
    return {
        "page_number": number,
        "newer_url": newer if number > 1 else "",
        "older_url": f"{url}?page={number + 1}" if has_more else "",
    }


def _conversions(place: Place) -> Context:
    zone = place.person.time_zone
    read = place.read(f"conversions:{zone}:{place.today}", lambda: conversion_days(place, zone))
    return {"reading": read, "zone": zone.replace("_", " ")}


def _offers_url(place: Place) -> str:
    return registry.named(COUNTED[0]).url("list", {"integrationID": place.integration_id})


def _conversions_url(place: Place) -> str:
    return f"{reverse('reports:table', args=['conversions'])}?integration_id={place.integration_id}"


def _shortcuts(place: Place) -> Context:
    shortcuts = shortcuts_for(place.person, place.integration)
    is_part = is_part_wanted(place.request)
    return {"shortcuts": shortcuts.first(MOST_SHORTCUTS) if is_part else shortcuts, "is_whole": not is_part}


EXPORTS = Panel("exports", "Newest exports", _exports, lambda _: reverse("exports:list"))
CONVERSIONS = Panel("conversions", "Conversions", _conversions, _conversions_url)
OFFERS = Panel("offers", "Offers with warnings", _offers, lambda _: reverse("panel", args=["offers"]))
COUNTS = Panel("counts", "Active and inactive", _counts, _offers_url)
CHANGES = Panel("changes", "Newest changes", _changes, lambda _: reverse("changes:list"), needs_key=False)
SHORTCUTS = Panel(
    "shortcuts",
    "Starred and recent",
    _shortcuts,
    lambda _: reverse("panel", args=["shortcuts"]),
    needs_key=False,
)
PANELS = {panel.name: panel for panel in (EXPORTS, CONVERSIONS, OFFERS, COUNTS, CHANGES, SHORTCUTS)}


def panels_for(*, is_reader: bool) -> tuple[list[Panel], list[Panel]]:
    """The panels of either column that are filled in: who changes nothing came for a file, which stands first."""
    if is_reader:
        return [EXPORTS, CONVERSIONS, COUNTS], [OFFERS, CHANGES]
    return [CONVERSIONS, COUNTS, CHANGES], [EXPORTS, OFFERS]
