"""The context of `base.html`: navigation, the integration switch, theme and density."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.accounts.policy import Capability, may_anywhere
from apps.accounts.preferences import density_of, theme_of
from apps.bulk.progress import Progress, runs_to_follow
from apps.connections.at_hand import integrations_at_hand
from apps.connections.current_integration import current_integration
from apps.connections.models import Integration
from apps.conversions.token_services import has_token_services
from apps.reports.links import url_in_integration
from apps.reports.report_types import REPORT_TABLES
from apps.resources import registry
from apps.resources.resource import Resource
from apps.ui.keyboard.commands import place_key
from apps.ui.links import address_of

#: What the entries of the navigation take.
SHOWN_BY = (
    Capability.READ,
    Capability.READ_LOG,
    Capability.SCHEDULE,
    Capability.ACT_IN_BULK,
    Capability.OWN_KEYS,
    Capability.SEE_PEOPLE,
)
#: The apps whose pages are about exports.
EXPORT_NAMESPACES = ("exports", "shares", "look_inside")


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the side navigation."""

    label: str
    url: str
    icon: str
    is_current: bool
    #: The heading above the first entry of a group; "" for none.
    group: str = ""
    #: The key that leads there after "g"; "" for none.
    go_key: str = ""


@dataclass(frozen=True)
class IntegrationLink:
    """One entry of the integration switch: the same page in another integration where it has one."""

    label: str
    url: str
    is_current: bool


class Shell:
    """Everything around a page's content, read only when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def theme(self) -> str:
        """The colours of the pages."""
        return theme_of(self._request)

    @cached_property
    def density(self) -> str:
        """The height of table rows."""
        return density_of(self._request)

    @cached_property
    def _available(self) -> Sequence[Integration]:
        return integrations_at_hand(self._request) if self._request.user.is_authenticated else []

    @cached_property
    def integration(self) -> Integration | None:
        """The integration of this page, else the one looked at last, else the first one."""
        return current_integration(self._request, self._available)

    @cached_property
    def integrations(self) -> list[IntegrationLink]:
        """The integrations the person has a key for, each with the address of this list in it."""
        return [
            IntegrationLink(item.label, self._url_in(item), item == self.integration)
            for item in self._available
        ]

    def _url_in(self, integration: Integration) -> str:
        match = self._request.resolver_match
        if match and match.namespace == "reports" and "report" in match.kwargs:
            return url_in_integration(match.kwargs["report"], self._request.GET, integration.integration_id)
        name = "offers"
        if match and match.namespace and "integrationID" in match.kwargs:
            name = match.namespace
        try:
            return address_of(f"{name}:list", integrationID=integration.integration_id)
        except NoReverseMatch:
            return address_of("offers:list", integrationID=integration.integration_id)

    @property
    def follows_bulk_runs(self) -> bool:
        """Whether the person may have bulk runs."""
        return may_anywhere(self._request.user, Capability.ACT_IN_BULK)

    @cached_property
    def bulk_runs(self) -> list[Progress]:
        """The person's bulk runs that are under way, or ended unseen."""
        user = self._request.user
        return runs_to_follow(user) if isinstance(user, User) else []

    @property
    def reads(self) -> bool:
        """Whether there is anything of the API's for the person."""
        return may_anywhere(self._request.user, Capability.READ)

    @cached_property
    def navigation(self) -> tuple[NavigationItem, ...]:
        """The pages a person can go to from here."""
        match = self._request.resolver_match
        user = self._request.user
        return _navigation_items(
            tuple(registry.resources()),
            self.integration.integration_id if self.integration else None,
            match.namespace if match else "",
            str(match.kwargs.get("report", "")) if match and match.namespace == "reports" else "",
            has_tokens=isinstance(user, User) and has_token_services(user),
            allowed=frozenset(one for one in SHOWN_BY if may_anywhere(user, one)),
        )

    @property
    def navigation_html(self) -> SafeString:
        """The same, drawn."""
        return _drawn(self.navigation)


@lru_cache(maxsize=256)
def _drawn(items: tuple[NavigationItem, ...]) -> SafeString:
    """Drawn once for all who see the same entries: it is made of them alone."""
    return render_to_string("components/_navigation.html", {"items": items})


# Kept for all who may do the same in the same place: who asks is told by the arguments alone.
@lru_cache(maxsize=256)
def _navigation_items(
    resources: tuple[Resource, ...],
    integration_id: str | None,
    namespace: str,
    report_slug: str,
    *,
    has_tokens: bool,
    allowed: frozenset[Capability],
) -> tuple[NavigationItem, ...]:
    reads = Capability.READ in allowed
    items = [
        NavigationItem(
            resource.label_plural,
            url,
            resource.icon,
            namespace == resource.name,
            go_key=place_key(resource.name),
        )
        for resource in resources
        if reads and (url := resource.top_url(integration_id))
    ]
    query = "?" + urlencode({"integration_id": integration_id}) if integration_id else ""
    items += [
        NavigationItem(
            report.label,
            reverse("reports:table", args=[report.slug]) + query,
            report.icon,
            namespace == "reports" and report_slug == report.slug,
            "Reports",
            place_key(report.slug),
        )
        for report in (REPORT_TABLES if reads else ())
    ]
    if has_tokens:
        url = reverse("conversions:list")
        items.append(NavigationItem("Conversions", url, "coins", namespace == "conversions", "Token API"))
    exports = NavigationItem(
        "Exports",
        reverse("exports:list"),
        "download",
        namespace in EXPORT_NAMESPACES,
        "Files",
        place_key("exports"),
    )
    schedules = NavigationItem(
        "Schedules", reverse("schedules:list"), "calendar-clock", namespace == "schedules", "Files"
    )
    changes = NavigationItem("Changes", reverse("changes:list"), "history", namespace == "changes", "Log")
    bulk_runs = NavigationItem(
        "Bulk runs", reverse("bulk:list"), "list-checks", namespace == "bulk", "Log", place_key("bulk_runs")
    )
    connections = NavigationItem(
        "Connections", reverse("connections:list"), "key-round", namespace == "connections", "Settings"
    )
    people = NavigationItem(
        "People",
        reverse("people:list"),
        "user-round-cog",
        namespace == "people",
        "Settings",
        place_key("people"),
    )
    by_capability = {
        Capability.READ: exports,
        Capability.SCHEDULE: schedules,
        Capability.READ_LOG: changes,
        Capability.ACT_IN_BULK: bulk_runs,
        Capability.OWN_KEYS: connections,
        Capability.SEE_PEOPLE: people,
    }
    items += [item for capability, item in by_capability.items() if capability in allowed]
    return tuple(items)


def page_shell(request: HttpRequest) -> dict[str, Shell]:
    """The template context that `base.html` builds the page around."""
    return {"shell": Shell(request)}
