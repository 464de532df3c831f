"""The section *Tracking link* of an offer's page, whose state is the page's address, and what it shares with the page
that makes links for many publishers: the form, and the warnings about the offer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.forms import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.api.client import Page
from apps.api.errors import ApiError
from apps.offers.tracking_links import SUB_IDS, TrackingLinkForm, macro_note, tracking_link
from apps.resources import registry
from apps.resources.references.records_with_names import names_of
from apps.resources.references.resolution import Resolution, Suggestion
from apps.resources.references.resolver import Resolver
from apps.resources.scope import Scope
from apps.text.direction import isolated
from apps.text.typed import is_blank
from apps.ui.columns import Record
from apps.ui.contract_values import as_boolean, unknown_text
from apps.ui.values import is_missing

#: The element that the live preview is swapped into, and HTMX's target.
PREVIEW_ID = "link-preview"
#: Opens the page for many publishers with these parameters and without a complaint that there are none yet.
BEGUN = "begun"
#: What the ids of the form's inputs begin with on an offer's page.
ID_PREFIX = "id_link"
PARAMETERS = ("publisher", *SUB_IDS, "external_transaction_id", "domain", "landing_page")
VISIBILITY_WARNINGS = {
    "Private": "This offer is private: the link works only for publishers it was given to.",
    "Requires_Approval": "This offer requires approval: the link works only for publishers who were approved.",
}


def offer_warnings(offer: Record) -> list[str]:
    """What about the offer does not stop a link from being made, and may stop it from working."""
    warnings = []
    is_active = as_boolean(offer.get("active"))
    if is_active is None:
        status = "—" if is_missing(offer.get("active")) else isolated(unknown_text(offer["active"]))
        warnings.append(f"Whether this offer is active is not known: its status is {status}.")
    elif not is_active:
        warnings.append("This offer is not active: clicks on its links go to the fallback URL.")
    visibility = offer.get("visibility")
    if visibility != "Public" and not is_missing(visibility):
        words = VISIBILITY_WARNINGS.get(visibility) if isinstance(visibility, str) else None
        warnings.append(
            words or f"This offer's visibility is {isolated(unknown_text(visibility))}, which is not public."
        )
    return warnings


def link_form(
    query: QueryDict, offer: Record, pages: Page | ApiError | None, prefix: str = "id"
) -> TrackingLinkForm:
    """The form as the address fills it in; `pages` are the offer's landing pages as far as they were read."""
    domain = offer.get("primary_domain")
    known = {"domain": domain if isinstance(domain, str) else ""}
    data: Mapping[str, Any] | None = {**known, **query.dict()} if query else None
    records = pages.records if isinstance(pages, Page) else []
    resource = registry.named("landing_pages")
    choices = {
        key: f"{isolated(resource.title(record))} (not active)"
        if resource.is_inactive(record)
        else isolated(resource.title(record))
        for record in records
        if (key := resource.record_id(record))
    }
    chosen = query.get("landing_page", "")
    if chosen and not _are_all(pages):
        # It cannot be checked now, and it is not lost for that.
        choices.setdefault(chosen, f"Landing page {chosen}")
    return TrackingLinkForm(data, initial=known, landing_pages=choices.items(), auto_id=f"{prefix}_%s")


def _are_all(pages: Page | ApiError | None) -> bool:
    return isinstance(pages, Page) and (pages.total_count or 0) <= len(pages.records)


@dataclass(frozen=True)
class LinkBuilder:
    """The link of one publisher as far as the address says it; the one call it may take is for the publisher's name."""

    scope: Scope
    offer_id: str
    query: QueryDict
    form: TrackingLinkForm
    links_url: str

    @classmethod
    def of(
        cls, scope: Scope, offer_id: str, query: QueryDict, offer: Record, pages: Page | ApiError | None
    ) -> "LinkBuilder":
        """The builder of an offer's page; for the preview alone nothing of the offer is read, the form has it all."""
        asked = QueryDict(mutable=True)
        asked.update({name: query.get(name, "") for name in PARAMETERS if name in query})
        form = link_form(asked, offer, pages, ID_PREFIX)
        links_url = scope.resource.url("links", scope.list_path, offer_id)
        return cls(scope, offer_id, asked, form, links_url)

    @cached_property
    def publisher(self) -> str:
        """The publisher's id; "" while none is chosen."""
        return self._resolution.record_id if self._resolution else ""

    @cached_property
    def _resolution(self) -> Resolution | None:
        typed = self.query.get("publisher", "")
        if is_blank(typed):
            return None
        resolver = Resolver(self.scope.connection, self.scope.client, self.scope.path)
        return resolver.resolve(registry.named("publishers").tag, typed)

    @property
    def publisher_choices(self) -> Sequence[Suggestion]:
        """The publishers that a typed name may mean."""
        return self._resolution.choices if self._resolution else ()

    @cached_property
    def publisher_name(self) -> str:
        """What the publisher is called; "" when that cannot be read."""
        if not self.publisher:
            return ""
        if self._resolution and self._resolution.name:
            return self._resolution.name
        tag = registry.named("publishers").tag
        return names_of(self.scope, {tag: [self.publisher]})[tag].get(self.publisher, "")

    @property
    def suggest_url(self) -> str:
        """Where the look-up asks for publishers."""
        return registry.suggest_url(registry.named("publishers").tag, self.scope.path)

    @cached_property
    def link(self) -> str:
        """The link; "" while something is missing for it."""
        if not self.publisher or not self.form.is_valid():
            return ""
        return tracking_link(
            self.form.cleaned_data["domain"], self.offer_id, self.publisher, self.form.values()
        )

    @property
    def macro_note(self) -> str:
        """What to know of the placeholders in the link."""
        return macro_note(self.form.values().values()) if self.link else ""

    @property
    def missing(self) -> str:
        """What the link waits for, in words."""
        if not self.publisher:
            problem = self._resolution.problem if self._resolution else ""
            return problem or "Choose a publisher, and its link stands here."
        return " ".join(str(message) for errors in self.form.errors.values() for message in errors)

    @property
    def more_fields(self) -> list[BoundField]:
        """The fields behind the disclosure that stand one below the other."""
        return [self.form[name] for name in ("external_transaction_id", "domain", "landing_page")]

    @property
    def more_sub_ids(self) -> list[BoundField]:
        """Those that stand side by side."""
        return [self.form[name] for name in SUB_IDS[1:]]

    @property
    def more_sub_ids_html(self) -> SafeString:
        """The same, drawn."""
        return _drawn(self.more_sub_ids) if self.form.is_bound else _empty_sub_ids()

    @property
    def is_more_open(self) -> bool:
        """Whether one of them says something of its own."""
        fields = [*self.more_fields, *self.more_sub_ids] if self.form.is_bound else []
        return any(field.errors or (field.value() or "") != (field.initial or "") for field in fields)

    @property
    def many_url(self) -> str:
        """The page that makes the same link for many publishers."""
        given = {name: value for name, value in self.query.items() if value}
        if self.publisher:
            # It is the first one on the list.
            given = {**given, "publisher": "", "publishers": self.publisher}
            return f"{self.links_url}?{urlencode({name: value for name, value in given.items() if value})}"
        return f"{self.links_url}?{urlencode({**given, BEGUN: 1})}" if given else self.links_url


def _drawn(fields: Sequence[BoundField]) -> SafeString:
    return render_to_string("offers/_sub_ids.html", {"fields": fields})


@lru_cache(maxsize=1)
def _empty_sub_ids() -> SafeString:
    """Drawn once for all offers: nothing of any is in them, and an input takes as long as a row of a table."""
    form = link_form(QueryDict(), {}, None, ID_PREFIX)
    return _drawn([form[name] for name in SUB_IDS[1:]])
