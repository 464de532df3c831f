"""Advertisers: they own offers, and pay for conversions."""

from apps.advertisers.forms import AdvertiserForm
from apps.network.bulk_actions import archive_action, status_actions
from apps.network.columns import CHANGED, MANAGER, NAME_ID_STATUS, STATUS_LABEL, contact, overview
from apps.network.list_views import STATUS_VIEWS
from apps.resources.details.panels import RelatedPanel
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.ui.columns import Column, CountryColumn, EmailColumn


@register
class AdvertiserResource(Resource):
    """Advertisers of the network."""

    name = "advertisers"
    tag = "Advertisers"
    label = "Advertiser"
    label_plural = "Advertisers"
    icon = "briefcase"
    field_labels = STATUS_LABEL
    columns = [
        *NAME_ID_STATUS,
        Column("company_name", "Company"),
        MANAGER,
        EmailColumn("email"),
        CHANGED,
    ]
    views = STATUS_VIEWS
    row_fields = ("manager_id", "active", "name")
    quick_filters = ("active",)
    panels = [
        overview("company_name", MANAGER, "description"),
        contact(CountryColumn("country")),
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
