"""Advertisers: they own offers, and pay for conversions."""

from apps.advertisers.forms import AdvertiserForm
from apps.resources.columns import (
    BadgeColumn,
    Column,
    CountryColumn,
    EmailColumn,
    IdColumn,
    PhoneColumn,
    ReferenceColumn,
    TimeColumn,
)
from apps.resources.panels import Panel, RelatedPanel
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.resources.tones import STATUS_TONES, archive_action, status_actions


@register
class AdvertiserResource(Resource):
    """Advertisers of the network."""

    name = "advertisers"
    tag = "Advertisers"
    label = "Advertiser"
    label_plural = "Advertisers"
    icon = "briefcase"
    field_labels = {**AdvertiserForm.labels, "active": "Status"}
    columns = [
        Column("name"),
        IdColumn("id"),
        BadgeColumn("active", "Status", tones=STATUS_TONES),
        Column("company_name"),
        ReferenceColumn("manager_id", "Account manager", tag="Users"),
        CountryColumn("country"),
        EmailColumn("email"),
        TimeColumn("updated_at"),
    ]
    quick_filters = ("active",)
    panels = [
        Panel(
            "Overview",
            IdColumn("id"),
            "name",
            BadgeColumn("active", "Status", tones=STATUS_TONES),
            "company_name",
            ReferenceColumn("manager_id", "Account manager", tag="Users"),
            "description",
            "created_at",
            "updated_at",
        ),
        Panel(
            "Contact",
            "first_name",
            "last_name",
            EmailColumn("email"),
            PhoneColumn("phone"),
            "messenger",
            "website",
            "address",
            CountryColumn("country"),
        ),
    ]
    related = [RelatedPanel("Offers", "offers", "advertiser_id", "No offers of this advertiser here.")]
    report_filter = "advertiser"
    form_class = AdvertiserForm
    bulk_actions = [
        *status_actions(
            activated="They count as active again; their offers stay as they are.",
            deactivated="They count as inactive; their offers stay as they are.",
        ),
        archive_action(),
    ]
