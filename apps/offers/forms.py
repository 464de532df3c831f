"""The offer form: groups and words for the contract's fields."""

from apps.network.payment import PAYMENT_HELP, PAYMENT_LABELS, PAYMENT_TYPES
from apps.resources.forms.contract_form import ContractForm, FormGroup


class OfferForm(ContractForm):
    """New and edited offers."""

    groups = [
        FormGroup("General", ["name", "advertiser_id", "active", "visibility", "description"]),
        FormGroup(
            "Payout and revenue",
            [
                "currency",
                ("default_payout.payout", "default_payout.payout_percent", "default_payout.payout_type"),
                ("default_payout.revenue", "default_payout.revenue_percent", "default_payout.revenue_type"),
            ],
            f"What a publisher gets and the advertiser pays for a conversion. {PAYMENT_TYPES}",
        ),
        FormGroup(
            "Conversions",
            [
                "conversion_name",
                "allow_duplicate_conversions",
                "manually_approve_conversions",
                "block_on_reject",
                "view_through_attribution_enabled",
            ],
        ),
        FormGroup("Domain and fallback", ["primary_domain", "fallback_url", "deep_link_enabled"]),
        FormGroup(
            "Terms",
            ["restriction_note", "terms_and_conditions_enabled", "terms_and_conditions"],
        ),
        FormGroup(
            "Advanced",
            [
                "offer_preview_enabled",
                "hide_js_tracking",
                "impression_forwarding_enabled",
                "impression_forwarding_url",
                "parallel_tracking_enabled",
                "parallel_tracking_url",
                "targeting_simple_enabled",
                "targeting_group_id",
            ],
            "Tracking beside the click, and targeting.",
            is_open=False,
        ),
    ]
    labels = {
        "advertiser_id": "Advertiser",
        "active": "Active",
        "deep_link_enabled": "Deep linking",
        "hide_js_tracking": "Hide JavaScript tracking",
        "impression_forwarding_enabled": "Impression forwarding",
        "offer_preview_enabled": "Offer preview",
        "parallel_tracking_enabled": "Parallel tracking",
        "targeting_simple_enabled": "Simple targeting",
        "terms_and_conditions_enabled": "Terms and conditions",
        "terms_and_conditions": "Text of the terms",
        "view_through_attribution_enabled": "View-through attribution",
        **{f"default_payout.{name}": label for name, label in PAYMENT_LABELS.items()},
    }
    help_texts = {
        "name": "As publishers see it.",
        "advertiser_id": "Type a name to find the advertiser, or its ID.",
        "active": "An active offer takes traffic.",
        "description": "What is promoted, and how, for publishers to read.",
        "visibility": "Public: any publisher. Private: chosen publishers. "
        "Requires approval: seen by all, access on request.",
        "currency": "Of payout and revenue.",
        "conversion_name": "What the first goal is called, for example Sale.",
        "allow_duplicate_conversions": "Repeats with the same transaction ID count again.",
        "manually_approve_conversions": "Conversions stay pending until somebody approves them.",
        "block_on_reject": "Rejected clicks go no further.",
        "view_through_attribution_enabled": "An impression may count as the cause of a conversion.",
        "primary_domain": "The tracking domain of this offer's links.",
        "fallback_url": "Where a click goes that the offer cannot take.",
        "deep_link_enabled": "Publishers may choose the page with redirect_url.",
        "restriction_note": "What publishers must not do, in a few words.",
        "terms_and_conditions_enabled": "Publishers must accept the terms first.",
        "offer_preview_enabled": "Publishers may look at the landing page before they apply.",
        "hide_js_tracking": "Publishers do not see the JavaScript tracking code.",
        "impression_forwarding_enabled": "A URL on your server is called for each impression.",
        "impression_forwarding_url": "The URL that is called, on your server.",
        "parallel_tracking_url": "Where the click is counted while the visit goes on.",
        "targeting_group_id": "The ID of the targeting group, from Integr8.",
        "terms_and_conditions": "Publishers read it before they accept.",
        "parallel_tracking_enabled": "The click is counted beside the visit, without a redirect.",
        "targeting_simple_enabled": "One targeting group decides who may see the offer.",
        **{f"default_payout.{name}": text for name, text in PAYMENT_HELP.items()},
    }
    units = {
        "default_payout.payout": "currency",
        "default_payout.revenue": "currency",
        "default_payout.payout_percent": "%",
        "default_payout.revenue_percent": "%",
    }
    multiline = frozenset({"description", "restriction_note", "terms_and_conditions"})
    references = {"advertiser_id": "Advertisers"}
    shown_with = {
        "impression_forwarding_url": "impression_forwarding_enabled",
        "parallel_tracking_url": "parallel_tracking_enabled",
        "terms_and_conditions": "terms_and_conditions_enabled",
        "targeting_group_id": "targeting_simple_enabled",
    }
    defaults = {"active": False, "visibility": "Private", "currency": "USD"}
