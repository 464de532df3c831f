"""The user form: groups and words for the contract's fields."""

from apps.accounts.preferences import time_zone_choices
from apps.resources.forms.contract_form import ContractForm, FormGroup
from apps.ui.countries import countries


class UserForm(ContractForm):
    """New and edited users. What only an update has (status, access) is missing on a new one."""

    groups = [
        FormGroup("Sign-in", ["email", "password", "role", "status", "api_access_enabled"]),
        FormGroup("Person", [("first_name", "last_name"), "phone", ("city", "country"), "timezone"]),
        FormGroup(
            "Account management",
            ["is_publisher_manager", "publisher_manager_access", "is_advertiser_manager"],
        ),
    ]
    labels = {
        "api_access_enabled": "API access",
        "is_advertiser_manager": "Advertiser manager",
        "is_publisher_manager": "Publisher manager",
        "publisher_manager_access": "Access to publishers",
        "timezone": "Time zone",
    }
    help_texts = {
        "email": "The user signs in to Integr8 with it.",
        "password": "Written once and never shown. On an existing user leave it empty to keep the present one.",
        "role": "Admin: full access to the organisation, its users and its settings. "
        "Account manager: can be assigned to publishers and advertisers, to look after them.",
        "status": "A deactivated user cannot sign in, and the user's API keys stop working.",
        "api_access_enabled": "The user may have API keys.",
        "is_publisher_manager": "The user can be the account manager of publishers.",
        "is_advertiser_manager": "The user can be the account manager of advertisers.",
        "phone": "With the country's code, for example +44 20 7946 0000.",
        "country": "Where the user works.",
        "timezone": "The zone the user works in.",
        "publisher_manager_access": "Global: all publishers. Limited: only those assigned to this user.",
    }
    passwords = frozenset({"password"})
    choices = {"country": countries, "timezone": time_zone_choices}
    shown_with = {"publisher_manager_access": "is_publisher_manager"}
    defaults = {"role": "accountManager"}
