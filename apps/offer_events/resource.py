"""Offer events: goals after the conversion, each with its own payout and revenue."""

from apps.network.bulk_actions import archive_action, status_actions
from apps.network.columns import CHANGED, NAME_ID_STATUS, STATUS_LABEL, overview
from apps.network.list_views import STATUS_VIEWS
from apps.network.payment import PAYMENT_EXPLANATIONS
from apps.offer_events.forms import OfferEventForm
from apps.resources.details.panels import Panel
from apps.resources.registry import register
from apps.resources.resource import Resource
from apps.ui.columns import Column, MoneyColumn

#: In the currency of the offer.
PAYOUT = MoneyColumn("payout", currency_field="currency")
REVENUE = MoneyColumn("revenue", currency_field="currency")


@register
class OfferEventResource(Resource):
    """Events of one offer."""

    name = "offer_events"
    tag = "OfferEvents"
    label = "Event"
    label_plural = "Events"
    icon = "flag"
    parent = "offers"
    inherited = ("currency",)
    field_labels = STATUS_LABEL
    explanations = PAYMENT_EXPLANATIONS
    columns = [
        *NAME_ID_STATUS,
        PAYOUT,
        REVENUE,
        Column("payout_type"),
        Column("revenue_type"),
        CHANGED,
    ]
    views = STATUS_VIEWS
    row_fields = ("payout", "revenue", "active", "name")
    quick_filters = ("active",)
    panels = [
        overview("description", "allow_multiple_events", "manually_approve_events"),
        Panel(
            "Payout and revenue",
            "payout_type",
            PAYOUT,
            "payout_percent",
            "revenue_type",
            REVENUE,
            "revenue_percent",
        ),
    ]
    form_class = OfferEventForm
    bulk_actions = [
        *status_actions(
            activated="They count again, with their payout and revenue.",
            deactivated="They no longer count.",
        ),
        archive_action("They will be deleted from the offer."),
    ]
