"""An offer's page with the check of its set-up, and the new offer whose next step is its landing page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from apps.accounts.policy import Capability, may
from apps.api.client import Page
from apps.api.errors import ApiError, RecordNotFound
from apps.api.parallel import run_together
from apps.offers.link_builder import PREVIEW_ID, LinkBuilder, offer_warnings
from apps.offers.setup_check import AdvertiserGap, Finding, check
from apps.resources import registry
from apps.resources.details.panels import Fact, ShownPanel
from apps.resources.lists.known_rows import known_record
from apps.resources.views.base import ResourceView
from apps.resources.views.creating import CreateView
from apps.resources.views.detail import DetailView
from apps.ui.cells import Cell
from apps.ui.columns import Record, RowContext
from apps.ui.error_pages import describe
from apps.ui.fragments import is_fragment_wanted
from apps.ui.values import is_missing, text_of

#: What of the advertiser an offer's page shows besides its name.
ADVERTISER_FACTS = ("active", "company_name", "country")
#: What it takes to mend a finding on the page it names; the others are only looked at.
TO_MEND = {"create": Capability.CREATE, "edit": Capability.EDIT}


@dataclass(frozen=True)
class LinkedFinding:
    """A finding with the address and the words of the link to where it is mended; both "" without one."""

    finding: Finding
    url: str
    label: str


class OfferDetailView(DetailView):
    """An offer with what about it needs a look, its advertiser, and a link to it for a publisher."""

    awaited = frozenset({"landing_pages"})
    _advertiser: Record | ApiError | AdvertiserGap | None = None

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The page; while a tracking link is being made, the link alone, for which the offer need not be read."""
        if not is_fragment_wanted(request, PREVIEW_ID):
            return super().get(request, **path)
        builder = LinkBuilder.of(self.scope, self.record_id, request.GET, {}, None)
        return self.render("_link_preview.html", {"builder": builder})

    def read_record(self) -> dict[str, Any]:
        """The offer, and its advertiser: beside it where a list said which one that is, else after it."""
        known = _advertiser_id(known_record(self.scope, self.record_id) or {})
        if not known:
            offer = super().read_record()
        else:
            read, advertiser = run_together(super().read_record, partial(self._read_advertiser, known))
            if isinstance(read, ApiError):
                raise read
            offer = read
        advertiser_id = _advertiser_id(offer)
        if is_missing(offer.get("advertiser_id")):
            self._advertiser = AdvertiserGap.NONE
        elif advertiser_id and advertiser_id == known:
            self._advertiser = _or_gone(advertiser)
        elif advertiser_id:
            [advertiser] = run_together(partial(self._read_advertiser, advertiser_id))
            self._advertiser = _or_gone(advertiser)
        return offer

    def _read_advertiser(self, advertiser_id: str) -> dict[str, Any]:
        operation = self.scope.contract.for_tag("Advertisers")["get"]
        return self.scope.client.get(operation.id, {operation.path_parameters[-1]: advertiser_id})

    def extra_context(self, record: Record, below: Mapping[str, Page | ApiError]) -> dict[str, object]:
        """The result of the check, and the advertiser, and the addresses of what else can be done with an offer."""
        pages = below.get("landing_pages")
        read = pages if isinstance(pages, Page) else None
        advertiser = None if isinstance(self._advertiser, ApiError) else self._advertiser
        setup = check(
            record,
            read.records if read else None,
            advertiser,
            are_all_pages_read=read is None
            or read.total_count is None
            or read.total_count <= len(read.records),
        )
        return {
            "setup": setup,
            "findings": [self._linked(finding) for finding in setup.findings],
            "advertiser": self._advertiser_panel(),
            "has_no_advertiser": self._advertiser is AdvertiserGap.NONE,
            "is_advertiser_gone": self._advertiser is AdvertiserGap.GONE,
            "advertiser_error": describe(self._advertiser)
            if isinstance(self._advertiser, ApiError)
            else None,
            "detail_url": self.url("detail", self.record_id),
            "builder": LinkBuilder.of(self.scope, self.record_id, self.request.GET, record, pages),
            "link_warnings": offer_warnings(record),
            "duplicate_url": self.url("duplicate", self.record_id),
            "duplicate_refusal": self.refusal_note("create"),
        }

    def _advertiser_panel(self) -> ShownPanel | None:
        """The advertiser in a few facts; None when it could not be read."""
        if self._advertiser is None or isinstance(self._advertiser, ApiError | AdvertiserGap):
            return None
        resource = registry.named("advertisers")
        key = resource.record_id(self._advertiser)
        url = resource.url("detail", self.kwargs, key) if key else ""
        name = Cell(resource.title(self._advertiser), href=url)
        facts = [Fact(resource.label_of("name"), name)]
        fields = self.scope.contract.record_fields(resource.tag)
        context = RowContext(fields=fields)
        for column in resource.columns:
            if column.field in ADVERTISER_FACTS:
                cell = column.cell(self._advertiser, context)
                facts.append(Fact(resource.label_of(column.field), cell))
        return ShownPanel(resource.label, facts)

    def _linked(self, finding: Finding) -> LinkedFinding:
        """The finding with its link; without one where the person may not mend it."""
        if not may(self.request.user, TO_MEND.get(finding.page, Capability.READ), self.scope.service_id):
            return LinkedFinding(finding, "", "")
        anchor = f"#id_{finding.field}" if finding.field else ""
        if finding.resource == self.resource.name:
            return LinkedFinding(finding, self.url(finding.page, self.record_id) + anchor, "Edit the offer")
        resource = registry.named(finding.resource)
        is_child = resource.parent == self.resource.name
        path = self.scope.record_path(self.record_id) if is_child else self.scope.path
        if finding.page == "create":
            return LinkedFinding(finding, resource.url("create", path), f"Add {resource.label.lower()}")
        if not finding.record_id:
            return LinkedFinding(finding, resource.url("list", path), f"Open {resource.label_plural.lower()}")
        url = resource.url(finding.page, path, finding.record_id)
        verb = "Edit" if finding.page == "edit" else "Open"
        return LinkedFinding(finding, url + anchor, f"{verb} the {resource.label.lower()}")


class OfferCreateView(CreateView):
    """A new offer. The page after it offers the next step: an offer without a landing page leads nowhere."""

    def created_message(self, created_id: str) -> str:
        """That it was created, with a link to its first landing page."""
        return with_next_step(self, created_id, super().created_message(created_id))


def with_next_step(view: ResourceView, offer_id: str, message: str) -> str:
    """A message with a link that adds a landing page to the offer."""
    url = registry.named("landing_pages").url("create", view.scope.record_path(offer_id))
    return format_html(
        '{} Next, it needs a page to send clicks to: <a href="{}">Add landing page</a>', message, url
    )


def _advertiser_id(offer: Record) -> str:
    """The id of the advertiser that an offer names; "" where it names none that is one."""
    value = offer.get("advertiser_id")
    is_one = isinstance(value, int | str) and not isinstance(value, bool) and not is_missing(value)
    return text_of(value) if is_one else ""


def _or_gone(advertiser: Record | ApiError) -> Record | ApiError | AdvertiserGap:
    return AdvertiserGap.GONE if isinstance(advertiser, RecordNotFound) else advertiser
