"""Landing pages of an offer: where a click is sent."""

from apps.landing_pages.forms import LandingPageForm
from apps.network.bulk_actions import archive_action, status_actions
from apps.network.columns import CHANGED, NAME_ID_STATUS, STATUS_LABEL, overview
from apps.network.list_views import STATUS_VIEWS
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.ui.columns import Column, UrlColumn


@register
class LandingPageResource(Resource):
    """Landing pages of one offer."""

    name = "landing_pages"
    tag = "OfferLandingPages"
    label = "Landing page"
    label_plural = "Landing pages"
    icon = "file"
    parent = "offers"
    field_labels = STATUS_LABEL
    columns = [
        *NAME_ID_STATUS,
        UrlColumn("redirect_url"),
        Column("hide_from_publishers", "Hidden"),
        CHANGED,
    ]
    views = STATUS_VIEWS
    row_fields = ("name", "active")
    quick_filters = ("active",)
    panels = [
        overview("redirect_url", "preview_url", "hide_from_publishers"),
    ]
    form_class = LandingPageForm
    bulk_actions = [
        *status_actions(
            activated="Clicks may be sent to them again.",
            deactivated="Clicks are no longer sent to them.",
        ),
        archive_action("They will be deleted from the offer."),
    ]
