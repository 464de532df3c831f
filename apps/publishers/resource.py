"""Publishers: affiliates who bring traffic."""

from apps.publishers.forms import PublisherForm
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
from apps.resources.panels import Panel
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.resources.tones import STATUS_TONES, archive_action, status_actions


@register
class PublisherResource(Resource):
    """Publishers of the network."""

    name = "publishers"
    tag = "Publishers"
    label = "Publisher"
    label_plural = "Publishers"
    icon = "megaphone"
    field_labels = {**PublisherForm.labels, "active": "Status"}
    columns = [
        Column("name"),
        IdColumn("id"),
        BadgeColumn("active", "Status", tones=STATUS_TONES),
        Column("company_name", "Company"),
        ReferenceColumn("manager_id", "Account manager", tag="Users"),
        CountryColumn("country"),
        Column("promotional_method", "Promotion", sort=False),
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
            "promotional_method",
            CountryColumn("countries", "Traffic from"),
            "tracking_domain_ids",
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
            "city",
            CountryColumn("country"),
            "timezone",
        ),
    ]
    report_filter = "publisher"
    form_class = PublisherForm
    bulk_actions = [
        *status_actions(
            activated="Their traffic is taken again.",
            deactivated="Their traffic is no longer taken.",
        ),
        archive_action(),
    ]
