"""Landing pages of an offer: where a click is sent."""

from apps.landing_pages.forms import LandingPageForm
from apps.resources.columns import BadgeColumn, Column, IdColumn, TimeColumn
from apps.resources.panels import Panel
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.resources.tones import STATUS_TONES, archive_action, status_actions


@register
class LandingPageResource(Resource):
    """Landing pages of one offer."""

    name = "landing_pages"
    tag = "OfferLandingPages"
    label = "Landing page"
    label_plural = "Landing pages"
    icon = "file"
    parent = "offers"
    field_labels = {**LandingPageForm.labels, "active": "Status"}
    columns = [
        Column("name"),
        IdColumn("id"),
        BadgeColumn("active", "Status", tones=STATUS_TONES),
        Column("redirect_url"),
        Column("hide_from_publishers", "Hidden"),
        TimeColumn("updated_at"),
    ]
    quick_filters = ("active",)
    panels = [
        Panel(
            "Overview",
            IdColumn("id"),
            "name",
            BadgeColumn("active", "Status", tones=STATUS_TONES),
            "redirect_url",
            "preview_url",
            "hide_from_publishers",
            "created_at",
            "updated_at",
        ),
    ]
    form_class = LandingPageForm
    bulk_actions = [
        *status_actions(
            activated="Clicks may be sent to them again.",
            deactivated="Clicks are no longer sent to them.",
        ),
        archive_action("They will be deleted from the offer."),
    ]
