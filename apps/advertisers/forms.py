"""The advertiser form: groups and words for the contract's fields."""

from apps.resources.forms.contract_form import ContractForm, FormGroup
from apps.ui.countries import countries


class AdvertiserForm(ContractForm):
    """New and edited advertisers."""

    groups = [
        FormGroup("General", ["name", "company_name", "active", "manager_id", "description"]),
        FormGroup(
            "Contact",
            [("first_name", "last_name"), ("email", "phone"), "messenger", "website", "address", "country"],
        ),
    ]
    labels = {"manager_id": "Account manager", "company_name": "Company"}
    help_texts = {
        "name": "As it stands beside offers and in reports.",
        "active": "An active offer of an inactive advertiser gives a warning.",
        "company_name": "The company that pays, if it has another name.",
        "description": "Notes for your own people.",
        "email": "Where the advertiser is written to.",
        "phone": "With the country's code, for example +44 20 7946 0000.",
        "website": "Where the advertiser can be looked at, with https://.",
        "country": "Where the advertiser has its address.",
        "manager_id": "The user who looks after this advertiser. Type a name, an email address or an ID.",
        "messenger": "A name or number in a messenger.",
    }
    multiline = frozenset({"description", "address"})
    references = {"manager_id": "Users"}
    choices = {"country": countries}
    defaults = {"active": True}
