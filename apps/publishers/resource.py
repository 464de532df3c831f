"""Publishers: affiliates who bring traffic."""

from apps.network.bulk_actions import archive_action, status_actions
from apps.network.columns import CHANGED, MANAGER, NAME_ID_STATUS, STATUS_LABEL, contact, overview
from apps.network.list_views import STATUS_VIEWS
from apps.publishers.forms import PublisherForm
from apps.publishers.link_views import OfferOfLinksView
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.ui.columns import Column, CountryColumn


@register
class PublisherResource(Resource):
    """Publishers of the network."""

    name = "publishers"
    tag = "Publishers"
    label = "Publisher"
    label_plural = "Publishers"
    icon = "megaphone"
    field_labels = STATUS_LABEL
    columns = [
        *NAME_ID_STATUS,
        Column("company_name", "Company"),
        MANAGER,
        CountryColumn("country"),
        CHANGED,
    ]
    views = STATUS_VIEWS
    row_fields = ("manager_id", "active", "name")
    quick_filters = ("active",)
    panels = [
        overview(
            "company_name",
            MANAGER,
            "promotional_method",
            CountryColumn("countries", "Traffic from"),
            "tracking_domain_ids",
            "description",
        ),
        contact("city", CountryColumn("country"), "timezone"),
    ]
    report_filter = "publisher"
    form_class = PublisherForm
    own_views = {"links": OfferOfLinksView}
    bulk_actions = [
        *status_actions(
            activated="Their traffic is taken again.",
            deactivated="Their traffic is no longer taken.",
        ),
        archive_action(),
    ]
