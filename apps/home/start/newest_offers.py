"""The set-up check over the newest offers: a bounded number of calls, and it says how many were looked at."""

from dataclasses import dataclass
from functools import partial

from apps.api.client import Page
from apps.api.errors import RecordNotFound
from apps.api.parallel import run_together
from apps.api.query import ListQuery
from apps.home.start.place import Place
from apps.offers.setup_check import AdvertiserGap, check
from apps.resources import registry
from apps.resources.scope import Scope
from apps.ui.columns import Record
from apps.ui.values import is_missing, text_of

#: So many offers are looked at: a list, and at most two calls for each; on a page of their own, page by page.
MOST, MOST_OF_A_PAGE = 6, 12
NEWEST_FIRST = "-created_at"


@dataclass(frozen=True)
class CheckedOffer:
    """An offer with what the check found."""

    title: str
    url: str
    title_of_check: str
    findings: list[str]

    @property
    def first(self) -> str:
        """What was found first."""
        return self.findings[0]


@dataclass(frozen=True)
class NewestOffers:
    """Those of the newest offers with warnings."""

    looked_at: int
    found: list[CheckedOffer]
    #: Offers whose landing pages or advertiser could not be read.
    not_judged: int
    is_newest: bool
    #: Which of all offers the first of these is, in this order; how many there are, where the API says so.
    start: int = 1
    total: int | None = None

    @property
    def end(self) -> int:
        """Which of all offers the last of these is."""
        return self.start + self.looked_at - 1

    @property
    def has_more(self) -> bool:
        """Whether there are offers after these."""
        return self.looked_at > 0 and (self.total is None or self.total > self.end)


def newest_offers(place: Place, *, most: int = MOST, number: int = 1) -> NewestOffers:
    """The newest offers, or a further page of so many, checked. Raises an `ApiError` where the list cannot be read."""
    scope = place.scope("offers")
    is_newest = NEWEST_FIRST[1:] in scope.catalogue
    sort = (NEWEST_FIRST,) if is_newest else ()
    page = scope.read_page(ListQuery(page_number=number, page_size=most, sort=sort))
    offers = page.records[:most]
    ids = [scope.resource.record_id(offer) for offer in offers]
    pages_of = registry.named("landing_pages")
    advertisers = sorted({_advertiser_id(offer) for offer in offers} - {""})
    answers = run_together(
        *(partial(_pages, scope.below(pages_of, record_id)) for record_id in ids),
        *(partial(_advertiser, scope, one) for one in advertisers),
    )
    pages, known = answers[: len(ids)], dict(zip(advertisers, answers[len(ids) :], strict=True))
    found, not_judged = [], 0
    for offer, record_id, own in zip(offers, ids, pages, strict=True):
        advertiser = known.get(_advertiser_id(offer), AdvertiserGap.NONE)
        setup = check(
            offer,
            own.records if isinstance(own, Page) else None,
            advertiser if isinstance(advertiser, dict | AdvertiserGap) else None,
            are_all_pages_read=isinstance(own, Page) and (own.total_count or 0) <= len(own.records),
        )
        not_judged += bool(setup.not_judged)
        if setup.findings:
            url = scope.resource.url("detail", scope.list_path, record_id)
            texts = [finding.text for finding in setup.findings]
            found.append(CheckedOffer(scope.resource.title(offer), url, setup.title, texts))
    start = (number - 1) * most + 1
    return NewestOffers(len(offers), found, not_judged, is_newest, start, page.total_count)


def _pages(scope: Scope) -> Page:
    return scope.read_page(ListQuery(page_size=50))


def _advertiser_id(offer: Record) -> str:
    value = offer.get("advertiser_id")
    is_id = isinstance(value, int | str) and not isinstance(value, bool) and not is_missing(value)
    return text_of(value) if is_id else ""


def _advertiser(scope: Scope, record_id: str) -> Record | AdvertiserGap:
    operation = scope.contract.for_tag("Advertisers")["get"]
    try:
        return scope.client.get(operation.id, {operation.path_parameters[-1]: record_id})
    except RecordNotFound:
        return AdvertiserGap.GONE
