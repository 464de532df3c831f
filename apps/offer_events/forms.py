"""The event form: groups and words for the contract's fields."""

from apps.network.payment import PAYMENT_HELP, PAYMENT_LABELS, PAYMENT_TYPES
from apps.resources.forms.contract_form import ContractForm, FormGroup


class OfferEventForm(ContractForm):
    """New and edited events."""

    groups = [
        FormGroup("General", ["name", "active", "description"]),
        FormGroup(
            "Payout and revenue",
            [("payout", "payout_percent", "payout_type"), ("revenue", "revenue_percent", "revenue_type")],
            f"In the currency of the offer. {PAYMENT_TYPES}",
        ),
        FormGroup("Counting", ["allow_multiple_events", "manually_approve_events"]),
    ]
    labels = PAYMENT_LABELS
    help_texts = {
        "name": "What the goal is called, for example First deposit. Postbacks may name it.",
        "active": "An inactive event does not count.",
        "description": "What counts as this goal, for your own people.",
        **PAYMENT_HELP,
        "allow_multiple_events": "The same transaction may reach this goal more than once.",
        "manually_approve_events": "Events stay pending until somebody approves them.",
    }
    units = {"payout": "currency", "revenue": "currency", "payout_percent": "%", "revenue_percent": "%"}
    multiline = frozenset({"description"})
    defaults = {"active": True}
