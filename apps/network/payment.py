"""What the fields of payout and revenue are called and mean: the same for an offer and for each of its events."""

PAYMENT_LABELS = {
    "payout": "Payout",
    "payout_percent": "Payout %",
    "payout_type": "Payout type",
    "revenue": "Revenue",
    "revenue_percent": "Revenue %",
    "revenue_type": "Revenue type",
}

PAYMENT_HELP = {
    "payout": "What the publisher gets for each.",
    "payout_percent": "The publisher's share: of the sale for CPS and CPAxCPS, of the revenue for PRV.",
    "payout_type": "What the publisher is paid for.",
    "revenue": "What the advertiser pays for each.",
    "revenue_percent": "The share of the sale the advertiser pays, for RPS and RPAxRPS.",
    "revenue_type": "What the advertiser pays for.",
}

#: Every type of the contract in words, for the group of these fields.
PAYMENT_TYPES = (
    "CPA/RPA: a fixed amount each. CPS/RPS: a share of the sale. CPAxCPS/RPAxRPS: the amount and the share. "
    "CPC/RPC: per click. CPM/RPM: per thousand impressions. PRV: a share of the revenue."
)

#: The two fields whose codes nobody guesses.
PAYMENT_EXPLANATIONS = {
    name: f"{PAYMENT_HELP[name]} {PAYMENT_TYPES}" for name in ("payout_type", "revenue_type")
}
