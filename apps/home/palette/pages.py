"""The pages that the palette leads to besides those of the navigation: new records and files, one's own settings."""

from dataclasses import dataclass

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.policy import Capability, may, may_anywhere
from apps.connections.models import Integration
from apps.resources import registry


@dataclass(frozen=True)
class PalettePage:
    """One page to go to."""

    label: str
    url: str
    icon: str
    #: Words by which it is found besides those of its label.
    words: str = ""


def more_pages(person: User, integration: Integration | None) -> list[PalettePage]:
    """The pages that the person's role opens."""
    pages = []
    where = integration.service_id if integration else None
    may_create = may(person, Capability.CREATE, where) if where else may_anywhere(person, Capability.CREATE)
    if may_create:
        path = {"integrationID": integration.integration_id} if integration else {}
        pages += [
            PalettePage(f"New {resource.label.lower()}", resource.url("create", path), "plus", "create add")
            for resource in registry.resources()
            if resource.top_url(path.get("integrationID"))
        ]
    if may_anywhere(person, Capability.EXPORT):
        pages.append(
            PalettePage("New export", reverse("exports:create"), "plus", "create download report file")
        )
    if may_anywhere(person, Capability.SCHEDULE):
        pages.append(PalettePage("New schedule", reverse("schedules:create"), "plus", "create export daily"))
    if may_anywhere(person, Capability.SHARE):
        pages.append(
            PalettePage("Shared links", reverse("shares:list"), "link", "shares partners files exports")
        )
    if integration:
        url = reverse("panel", args=["offers"])
        pages.append(PalettePage("Offers with warnings", url, "triangle-alert", "problems set-up check"))
    if may_anywhere(person, Capability.READ):
        pages.append(
            PalettePage("Trace a transaction", reverse("trace"), "route", "find click conversion id")
        )
    pages.append(
        PalettePage(
            "Preferences",
            reverse("accounts:preferences"),
            "settings-2",
            "settings theme dark light time zone rows keyboard",
        )
    )
    pages.append(
        PalettePage("Change password", reverse("account_change_password"), "lock", "account settings")
    )
    if may_anywhere(person, Capability.OWN_KEYS):
        pages.append(
            PalettePage("Store a key", reverse("connections:create"), "key-round", "new connection api")
        )
    if may(person, Capability.MANAGE_SERVICES):
        pages.append(
            PalettePage("Services", reverse("connections:services"), "server", "connections settings api")
        )
    if may(person, Capability.MANAGE_PEOPLE):
        pages.append(
            PalettePage("Invite somebody", reverse("people:invite"), "user-plus", "people access account new")
        )
    return pages
