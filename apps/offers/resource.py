"""Offers: what is promoted, with a payout to the publisher and a revenue from the advertiser."""

from apps.network.bulk_actions import archive_action, status_actions
from apps.network.columns import CHANGED, NAME_ID_STATUS, STATUS_LABEL, overview
from apps.network.list_views import STATUS_VIEWS
from apps.network.payment import PAYMENT_EXPLANATIONS
from apps.offers.duplicate_views import CopyRestView, DuplicateView
from apps.offers.forms import OfferForm
from apps.offers.link_builder import VISIBILITY_WARNINGS
from apps.offers.link_views import TrackingLinksView
from apps.offers.setup_check import PAIRED_REVENUE_TYPE, SHARES_OF_THE_SALE
from apps.offers.views import OfferCreateView, OfferDetailView
from apps.resources.details.panels import ChildrenPanel, Panel
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.saved_views.lists import ShippedView
from apps.ui.columns import Badge, BadgeColumn, MoneyColumn, ReferenceColumn

VISIBILITY_BADGES = {
    "Public": Badge("Public", "info"),
    "Private": Badge("Private", "neutral"),
    "Requires_Approval": Badge("Requires approval", "warn"),
}
#: What a new colleague asks about on an offer's page; the form's own words answer.
EXPLAINED_TERMS = (
    "visibility",
    "deep_link_enabled",
    "view_through_attribution_enabled",
    "impression_forwarding_enabled",
    "parallel_tracking_enabled",
    "manually_approve_conversions",
    "allow_duplicate_conversions",
    "block_on_reject",
    "fallback_url",
    "primary_domain",
)


@register
class OfferResource(Resource):
    """Offers of one integration."""

    name = "offers"
    tag = "Offers"
    label = "Offer"
    label_plural = "Offers"
    icon = "tag"
    field_labels = {
        **STATUS_LABEL,
        "terms_and_conditions_enabled": "Must be accepted",
    }
    explanations = {
        **{name: OfferForm.help_texts[name] for name in EXPLAINED_TERMS},
        **{f"default_payout.{name}": text for name, text in PAYMENT_EXPLANATIONS.items()},
    }
    columns = [
        *NAME_ID_STATUS,
        MoneyColumn("default_payout.payout", currency_field="currency"),
        MoneyColumn("default_payout.revenue", currency_field="currency"),
        ReferenceColumn("advertiser_id", "Advertiser", tag="Advertisers"),
        BadgeColumn("visibility", badges=VISIBILITY_BADGES),
        CHANGED,
    ]
    views = [
        *STATUS_VIEWS,
        ShippedView(
            "by-approval",
            "Active, by approval",
            {"filter[active]": "true", "filter[visibility]": "Requires_Approval"},
        ),
    ]
    row_fields = ("default_payout.payout", "default_payout.revenue", "visibility", "active", "name")
    quick_filters = ("active", "visibility")
    panels = [
        overview(
            ReferenceColumn("advertiser_id", "Advertiser", tag="Advertisers"),
            BadgeColumn("visibility", badges=VISIBILITY_BADGES),
            "description",
            "restriction_note",
        ),
        Panel(
            "Payout and revenue",
            "currency",
            MoneyColumn("default_payout.payout", currency_field="currency"),
            "default_payout.payout_percent",
            "default_payout.payout_type",
            MoneyColumn("default_payout.revenue", currency_field="currency"),
            "default_payout.revenue_percent",
            "default_payout.revenue_type",
        ),
        Panel(
            "Conversions",
            "conversion_name",
            "allow_duplicate_conversions",
            "manually_approve_conversions",
            "block_on_reject",
            "view_through_attribution_enabled",
        ),
        Panel(
            "Links and tracking",
            "primary_domain",
            "fallback_url",
            "deep_link_enabled",
            "offer_preview_enabled",
            "hide_js_tracking",
            "impression_forwarding_enabled",
            "impression_forwarding_url",
            "parallel_tracking_enabled",
            "parallel_tracking_url",
        ),
        Panel("Terms", "terms_and_conditions_enabled", "terms_and_conditions"),
        Panel("Targeting", "targeting_simple_enabled", "targeting_group_id"),
    ]
    report_filter = "offer_id"
    known_values = {
        "visibility": VISIBILITY_WARNINGS,
        "default_payout.payout_type": {*PAIRED_REVENUE_TYPE, *SHARES_OF_THE_SALE},
        "default_payout.revenue_type": set(PAIRED_REVENUE_TYPE.values()),
    }
    form_class = OfferForm
    own_views = {
        "create": OfferCreateView,
        "detail": OfferDetailView,
        "links": TrackingLinksView,
        "duplicate": DuplicateView,
        "copy": CopyRestView,
    }
    children = [
        ChildrenPanel(
            "Events",
            "offer_events",
            "No events: only the first conversion of this offer is tracked.",
        ),
        ChildrenPanel(
            "Landing pages",
            "landing_pages",
            "No landing page: clicks on this offer have nowhere to go.",
        ),
    ]
    bulk_actions = [
        *status_actions(
            activated="They will take traffic and count conversions.",
            deactivated="They will stop taking traffic; their links lead to the fallback address.",
        ),
        archive_action(),
    ]
