"""Users of the network's organisation at Integr8. (People who sign in here are accounts, not these.)"""

from collections.abc import Mapping, Sequence

from apps.accounts.models import User
from apps.api.query import Filter
from apps.network.bulk_actions import archive_action
from apps.network.list_views import CHANGED_THIS_WEEK, NEWEST_FIRST
from apps.resources.api_access import ApiAccess
from apps.resources.details.panels import Panel, RelatedPanel
from apps.resources.registry import register
from apps.resources.resource import ROLE_VERBS, Resource
from apps.resources.writes.actions import BulkAction
from apps.saved_views.lists import ShippedView
from apps.ui.columns import (
    Badge,
    BadgeColumn,
    CountryColumn,
    EmailColumn,
    IdColumn,
    PhoneColumn,
    Record,
    TimeColumn,
    TitleColumn,
)
from apps.ui.values import is_missing, text_of
from apps.users.expected_refusal import expected_refusal
from apps.users.forms import UserForm
from apps.users.key_in_use import DEACTIVATED, warning_before

STATUS_BADGES = {"Active": Badge("Active", "ok", is_solid=True), DEACTIVATED: Badge("Deactivated", "neutral")}
ROLE_BADGES = {"admin": Badge("Admin", "info"), "accountManager": Badge("Account manager", "neutral")}


#: An assignment stays when the switch is turned off.
DESPITE = "These name the user as their account manager, though the user is not marked as one who may be."
REMEDY = "Give them to somebody else, or mark the user by editing."


@register
class UserResource(Resource):
    """Users of the organisation."""

    name = "users"
    tag = "Users"
    label = "User"
    label_plural = "Users"
    icon = "users"
    title_field = "email"
    search_field = "email"
    hidden_fields = frozenset({"password"})
    columns = [
        TitleColumn("last_name", "Name"),
        IdColumn("id"),
        BadgeColumn("status", badges=STATUS_BADGES),
        BadgeColumn("role", badges=ROLE_BADGES),
        EmailColumn("email"),
        TimeColumn("updated_at"),
    ]
    views = [
        ShippedView("active", "Active", {"filter[status]": "Active"}),
        ShippedView("deactivated", "Deactivated", {"filter[status]": DEACTIVATED}),
        ShippedView("admins", "Admins", {"filter[role]": "admin"}),
        CHANGED_THIS_WEEK,
        NEWEST_FIRST,
    ]
    row_fields = ("status", "role")
    quick_filters = ("status", "role")
    panels = [
        Panel(
            "Overview",
            IdColumn("id"),
            "first_name",
            "last_name",
            BadgeColumn("status", badges=STATUS_BADGES),
            BadgeColumn("role", badges=ROLE_BADGES),
            "api_access_enabled",
            "created_at",
            "updated_at",
        ),
        Panel(
            "Account management", "is_publisher_manager", "publisher_manager_access", "is_advertiser_manager"
        ),
        Panel(
            "Contact",
            EmailColumn("email"),
            PhoneColumn("phone"),
            "city",
            CountryColumn("country"),
            "timezone",
        ),
    ]
    related = [
        RelatedPanel(
            "Publishers they manage",
            "publishers",
            "manager_id",
            "No publishers are assigned.",
            switch="is_publisher_manager",
            despite=DESPITE,
            remedy=REMEDY,
        ),
        RelatedPanel(
            "Advertisers they manage",
            "advertisers",
            "manager_id",
            "No advertisers are assigned.",
            switch="is_advertiser_manager",
            despite=DESPITE,
            remedy=REMEDY,
        ),
    ]
    form_class = UserForm
    bulk_actions = [
        BulkAction(
            "activate", "Activate", {"status": "Active"}, "They can sign in to Integr8 again.", "activated"
        ),
        BulkAction(
            "deactivate",
            "Deactivate",
            {"status": DEACTIVATED},
            "They can no longer sign in to Integr8, and their API keys stop working.",
            "deactivated",
            may_warn=True,
        ),
        archive_action("They will be deleted from the organisation, and their API keys stop working."),
    ]

    def name_of(self, record: Record) -> str:
        """First and last name, else the email address."""
        parts = [
            text_of(value)
            for name in ("first_name", "last_name")
            if not is_missing(value := record.get(name))
        ]
        return " ".join(parts) or super().name_of(record)

    def is_inactive(self, record: Record) -> bool:
        """Whether the user was deactivated; users have a status in place of `active`."""
        return record.get("status") == DEACTIVATED

    def warning_before(
        self, scope: ApiAccess, person: User, record: Record, changes: Mapping[str, object] | None
    ) -> str:
        """Before the user whose key is used here is switched off or demoted."""
        return warning_before(scope, person, record, changes)

    def refusal_note(self, scope: ApiAccess, person: User | None, role: str, record_id: str = "") -> str:
        """Besides what was refused: users are for an admin's key alone, and the API says whose role this person has."""
        return super().refusal_note(scope, person, role, record_id) or expected_refusal(
            scope, person, ROLE_VERBS[role]
        )

    def suggestion_filters(self, text: str) -> Sequence[tuple[Filter, ...]]:
        """By email address, first or last name; two words are a first and a last name."""
        first, _, last = text.partition(" ")
        if last.strip():
            names = Filter("first_name", "contains", first), Filter("last_name", "contains", last.strip())
            return [names]
        return [(Filter(name, "contains", text),) for name in ("email", "first_name", "last_name")]
