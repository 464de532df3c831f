"""The landing page form: groups and words for the contract's fields."""

from apps.resources.forms.contract_form import ContractForm, FormGroup


class LandingPageForm(ContractForm):
    """New and edited landing pages."""

    groups = [
        FormGroup("Landing page", ["name", "redirect_url", "preview_url", "active", "hide_from_publishers"])
    ]
    help_texts = {
        "name": "As publishers see it.",
        "redirect_url": "Where a click goes. It must carry {transaction_id}, so that conversions find their click.",
        "preview_url": "What publishers may look at, without a click being counted.",
        "active": "Clicks are only sent to active landing pages.",
        "hide_from_publishers": "Publishers do not see it in their list.",
    }
    labels = {"hide_from_publishers": "Hide from publishers"}
    defaults = {"active": True}
