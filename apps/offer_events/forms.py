"""The event form: groups and words for the contract's fields."""

from apps.resources.forms import ContractForm, FormGroup


class OfferEventForm(ContractForm):
    """New and edited events."""

    groups = [
        FormGroup("General", ["name", "active", "description"]),
        FormGroup(
            "Payout and revenue",
            [("payout", "payout_percent", "payout_type"), ("revenue", "revenue_percent", "revenue_type")],
            "In the currency of the offer. CPA/RPA: a fixed amount each. CPS/RPS: a share of the sale. "
            "CPC/RPC: per click. CPM/RPM: per thousand impressions.",
        ),
        FormGroup("Counting", ["allow_multiple_events", "manually_approve_events"]),
    ]
    labels = {"payout_percent": "Payout %", "revenue_percent": "Revenue %"}
    help_texts = {
        "name": "What the goal is called, for example First deposit. Postbacks may name it.",
        "active": "An inactive event does not count.",
        "description": "What counts as this goal, for your own people.",
        "payout": "What the publisher gets for each.",
        "payout_percent": "The publisher's share of the sale, for CPS and PRV.",
        "payout_type": "What the publisher is paid for.",
        "revenue": "What the advertiser pays for each.",
        "revenue_percent": "The advertiser's share of the sale, for RPS.",
        "revenue_type": "What the advertiser pays for.",
        "allow_multiple_events": "The same transaction may reach this goal more than once.",
        "manually_approve_events": "Events stay pending until somebody approves them.",
    }
    units = {"payout": "currency", "revenue": "currency", "payout_percent": "%", "revenue_percent": "%"}
    multiline = frozenset({"description"})
    defaults = {"active": True}
