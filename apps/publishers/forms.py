"""The publisher form: groups and words for the contract's fields."""

from apps.accounts.preferences import time_zone_choices
from apps.resources.forms.contract_form import ContractForm, FormGroup
from apps.ui.countries import countries


class PublisherForm(ContractForm):
    """New and edited publishers."""

    groups = [
        FormGroup("General", ["name", "company_name", "active", "manager_id", "description"]),
        FormGroup("Traffic", ["promotional_method", "countries", "tracking_domain_ids"]),
        FormGroup(
            "Contact",
            [
                ("first_name", "last_name"),
                ("email", "phone"),
                "messenger",
                "website",
                "address",
                ("city", "country"),
                "timezone",
            ],
        ),
    ]
    labels = {
        "manager_id": "Account manager",
        "company_name": "Company",
        "promotional_method": "Promotional methods",
        "countries": "Traffic from",
        "tracking_domain_ids": "Tracking domains",
        "timezone": "Time zone",
    }
    help_texts = {
        "name": "As it stands in reports.",
        "active": "An inactive publisher's traffic is not taken.",
        "company_name": "The company behind the publisher, if it has another name.",
        "description": "Notes for your own people, for example about the traffic.",
        "email": "Where the publisher is written to.",
        "phone": "With the country's code, for example +44 20 7946 0000.",
        "website": "Where the publisher can be looked at, with https://.",
        "country": "Where the publisher has its address.",
        "timezone": "Of the publisher's place, to know when somebody is there.",
        "manager_id": "The user who looks after this publisher. Type a name, an email address or an ID.",
        "promotional_method": "How the publisher brings traffic.",
        "countries": "The countries the traffic comes from.",
        "tracking_domain_ids": "IDs of the tracking domains the publisher's links may use, one in each line.",
        "messenger": "A name or number in a messenger.",
    }
    multiline = frozenset({"description", "address"})
    references = {"manager_id": "Users"}
    choices = {"country": countries, "countries": countries, "timezone": time_zone_choices}
    defaults = {"active": True}
