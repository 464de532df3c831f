"""The page that makes tracking links: a form whose state is the address, and the links beside it.

HTMX asks for the links alone while publishers are chosen; nothing of the offer is read for them, the form has it all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.accounts.policy import Capability
from apps.accounts.routes import Access
from apps.api.client import Page
from apps.api.errors import ApiError, RecordNotFound
from apps.api.parallel import run_together
from apps.api.query import ListQuery
from apps.offers.link_builder import BEGUN, link_form, offer_warnings
from apps.offers.tracking_links import (
    MOST_PUBLISHERS,
    SUB_IDS,
    Publishers,
    TrackingLinkForm,
    chosen_ids,
    find_publishers,
    macro_note,
    named,
    read_ids,
    too_many,
    tracking_link,
)
from apps.resources import registry
from apps.resources.details.related_tables import MOST_CHILDREN
from apps.resources.references.resolution import Resolution
from apps.resources.references.resolver import Resolver, is_plain_id
from apps.resources.views.base import ResourceView
from apps.text.direction import isolated
from apps.text.typed import one_line, one_word
from apps.ui.columns import Record
from apps.ui.contract_values import as_boolean
from apps.ui.error_pages import describe
from apps.ui.files.csv_files import csv_response, safe_cell
from apps.ui.fragments import is_fragment_wanted
from apps.ui.values import text_of

#: The element with the links, and HTMX's target.
LINKS_ID = "links"


@dataclass(frozen=True)
class Link:
    """One publisher's link, or why there is none."""

    #: As it was typed: what takes it off the list.
    key: str
    publisher_id: str
    name: str = ""
    url: str = ""
    is_inactive: bool = False
    problem: str = ""
    #: The page without this publisher.
    url_without: str = ""


class TrackingLinksView(ResourceView):
    """Links of one offer for one publisher or for many. Nothing is written, so it is all in the address."""

    access = Access(get=Capability.READ)
    http_method_names = ["get", "head"]
    menu_label = "Create links"

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The form and the links of the publishers in the address; HTMX gets the links alone, `format=csv` a file."""
        typed = self._resolution
        publisher = typed.record_id if typed else request.GET.get("publisher", "")
        ids = chosen_ids(publisher, request.GET.get("publishers", ""))
        found = read_ids(publisher)
        if "add" in request.GET and (typed is None or typed.record_id):
            return redirect(self._with_list(request.GET, found))
        if is_fragment_wanted(request, LINKS_ID):
            return self._links_alone(ids, found, typed)
        try:
            offer, pages, publishers = self._read(ids if len(ids) <= MOST_PUBLISHERS else [])
        except RecordNotFound as error:
            return self.gone(error)
        form = link_form(request.GET, offer, pages)
        is_asked = bool(request.GET) and BEGUN not in request.GET
        made: list[Link] = []
        if is_asked and form.is_valid():
            made = self._links(form, ids, publishers)
        links = [link for link in made if link.url]
        notes = self._notes(form, links)
        if is_asked:
            self._complain(form, ids, publishers, typed.problem if typed else "")
        if links and not form.errors and request.GET.get("format") == "csv":
            rows = [(link.publisher_id, link.name, link.url) for link in links]
            return csv_response(
                f"tracking-links-offer-{self.record_id}", ("publisher_id", "publisher", "link"), rows
            )
        context = {
            "record_id": self.record_id,
            "title": self.resource.title(offer),
            "detail_url": self.url("detail", self.record_id),
            "form": form,
            "publisher_name": self._publisher_name(publisher, publishers),
            "publisher_choices": typed.choices if typed else (),
            "suggest_url": registry.suggest_url("Publishers", self.kwargs),
            "more_sub_ids": [form[name] for name in SUB_IDS[1:]],
            "has_more_sub_ids": any(form[name].value() or form[name].errors for name in SUB_IDS[1:]),
            **self._shown(made),
            "notes": notes,
            "warnings": [*offer_warnings(offer), *self._page_warnings(pages, form)],
            "publisher_error": describe(publishers.error) if publishers.error else None,
            "pages_error": describe(pages) if isinstance(pages, ApiError) else None,
        }
        return self.render("links.html", context, status=422 if form.errors else 200)

    def _links_alone(
        self, ids: Sequence[str], found: Sequence[str], typed: Resolution | None
    ) -> HttpResponse:
        """What stands beside the form while it is filled in: each link, and what each one that is missing waits for."""
        form = link_form(self.request.GET, {}, None)
        scope = self.scope.at(registry.named("publishers"), self.scope.path)
        publishers = find_publishers(scope, ids if len(ids) <= MOST_PUBLISHERS else [])
        made = self._links(form, ids, publishers) if form.is_valid() else []
        problems = [
            f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()
        ]
        if len(ids) > MOST_PUBLISHERS:
            problems.append(too_many(ids))
        if typed and typed.problem:
            problems.append(typed.problem)
        context = {
            **self._shown(made),
            "notes": self._notes(form, [link for link in made if link.url]),
            "problems": problems,
            "publisher_error": describe(publishers.error) if publishers.error else None,
            "found": "" if typed is None else typed.record_id,
        }
        response = self.render("_links.html", context)
        given = {name: value for name, value in self.request.GET.items() if value and name != BEGUN}
        response["HX-Replace-Url"] = f"{self.request.path}?{urlencode(given)}" if given else self.request.path
        return response

    def _shown(self, made: Sequence[Link]) -> dict[str, Any]:
        """What the links' template needs."""
        links = [link for link in made if link.url]
        rows = ("\t".join((safe_cell(one_line(link.name) or link.publisher_id), link.url)) for link in links)
        return {
            "links": links,
            "rows": made,
            "csv_query": self._csv_query(links),
            "as_text": "".join(f"{row}\n" for row in rows),
        }

    @cached_property
    def _resolution(self) -> Resolution | None:
        """Whom the text in the look-up means; None for a list of ids, or nothing."""
        typed = self.request.GET.get("publisher", "")
        publishers = registry.named("publishers")
        if any(sign in typed for sign in ",;\r\n") or all(is_plain_id(key, None) for key in read_ids(typed)):
            return None
        resolver = Resolver(self.scope.connection, self.scope.client, self.scope.path)
        return resolver.resolve(publishers.tag, typed)

    def _with_list(self, query: QueryDict, found: Sequence[str]) -> str:
        """The same form with the publisher of the look-up on the list, and room for the next one."""
        given = {name: value for name, value in query.items() if value and name not in ("add", BEGUN)}
        ids = dict.fromkeys([*read_ids(query.get("publishers", "")), *found])
        listed = {**given, "publisher": "", "publishers": ", ".join(ids)}
        return f"{self.request.path}?{urlencode(listed)}#link-publishers"

    def _read(self, ids: Sequence[str]) -> tuple[Record, Page | ApiError, Publishers]:
        """The offer, its landing pages and the publishers, side by side."""
        below = self.scope.below(registry.named("landing_pages"), self.record_id)
        scope = self.scope.at(registry.named("publishers"), self.scope.path)
        calls: list[Callable[[], Any]] = [
            partial(self.scope.get, self.record_id),
            partial(below.read_page, ListQuery(page_size=MOST_CHILDREN)),
            partial(find_publishers, scope, ids),
        ]
        answers: list[Any] = run_together(*calls)
        offer, pages, found = answers
        if isinstance(offer, ApiError):
            raise offer
        return offer, pages, found

    def _links(self, form: TrackingLinkForm, ids: Sequence[str], publishers: Publishers) -> list[Link]:
        """The links in the order of the ids, each once; one that cannot be made says why in its place."""
        resource = registry.named("publishers")
        values, domain = form.values(), form.cleaned_data["domain"]
        unknown = set(publishers.unknown)
        links: dict[str, Link] = {}
        for key in ids if len(ids) <= MOST_PUBLISHERS else []:
            own = publishers.ids.get(key, key)
            if own in links or (key in unknown and not key.isdecimal() and self._is_named(key)):
                continue
            without = self._url_without(key, ids)
            if key in unknown:
                links[key] = Link(key, key, problem="No publisher has this ID.", url_without=without)
                continue
            record = publishers.records.get(key)
            links[own] = Link(
                key,
                own,
                name="" if record is None else resource.title(record),
                url=tracking_link(domain, self.record_id, own, values),
                is_inactive=record is not None and resource.is_inactive(record),
                url_without=without,
            )
        return list(links.values())

    def _is_named(self, key: str) -> bool:
        """Whether the text is the name in the look-up, about which is said there what is wrong."""
        return bool(self._resolution and self._resolution.problem and key == self._name_typed)

    @property
    def _name_typed(self) -> str:
        return one_line(self.request.GET.get("publisher", ""))

    def _url_without(self, key: str, ids: Sequence[str]) -> str:
        given = {name: value for name, value in self.request.GET.items() if value and name != "publisher"}
        left = {**given, "publishers": ", ".join(other for other in ids if other != key)}
        return f"{self.request.path}?{urlencode(left)}"

    @staticmethod
    def _publisher_name(typed: str, publishers: Publishers) -> str:
        """What the publisher in the look-up is called, when it is one that was read."""
        record = publishers.records.get(one_word(typed).removeprefix("#"))
        return registry.named("publishers").title(record) if record else ""

    @staticmethod
    def _complain(form: TrackingLinkForm, ids: Sequence[str], publishers: Publishers, problem: str) -> None:
        """Say at the field what is wrong with the ids; the others' links are made all the same."""
        many = read_ids(form["publishers"].value() or "")
        field = "publishers" if many else "publisher"
        if problem:
            form.add_error("publisher", problem)
        elif not ids:
            form.add_error(field, "Choose a publisher, or list several.")
        elif len(ids) > MOST_PUBLISHERS:
            form.add_error(field, too_many(ids))
        for name, keys in (("publishers", set(many)), ("publisher", set(ids) - set(many))):
            unknown = [key for key in publishers.unknown if key in keys]
            if unknown:
                form.add_error(
                    name,
                    f"No publisher has the ID {named(unknown)}: no link was made for it.",
                )

    def _csv_query(self, links: Sequence[Link]) -> str:
        """The query of the same links as a file: only those that exist."""
        query = self.request.GET.copy()
        query["publisher"] = ""
        query["publishers"] = ",".join(link.publisher_id for link in links)
        query["format"] = "csv"
        return query.urlencode()

    @staticmethod
    def _page_warnings(pages: Page | ApiError, form: TrackingLinkForm) -> list[str]:
        """What of the chosen landing page may stop a link from working."""
        chosen = form["landing_page"].value()
        records = [] if isinstance(pages, ApiError) else pages.records
        if any(
            text_of(page.get("id")) == chosen and as_boolean(page.get("active")) is False for page in records
        ):
            return ["The chosen landing page is not active."]
        return []

    @staticmethod
    def _notes(form: TrackingLinkForm, links: Sequence[Link]) -> list[str]:
        """What to know of the links that were made."""
        note = macro_note(form.values().values()) if links and form.is_valid() else ""
        notes = [note] if note else []
        inactive = [isolated(link.name) or link.publisher_id for link in links if link.is_inactive]
        if inactive:
            notes.append(f"Not active: {', '.join(inactive)}. Their traffic is not taken.")
        return notes
