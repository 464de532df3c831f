"""The component gallery: every UI component on one page with sample data, at /design/ in development only."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TONES = ["ok", "neutral", "warn", "info", "bad"]
OFFERS = [
    "Summer Campaign 2026",
    "NordBank Savings – Lead",
    "GameHub Installs iOS",
    "Fit4Life Trial (US)",
    "Volt Energy Switch – a long offer name that must be cut",
    "CineStream Signup",
    "PetBox Monthly",
    "Atlas VPN 12m",
]


class SamplePerson(SimpleNamespace):
    """Someone signed in."""

    is_authenticated = True
    email = "ada@example.com"
    get_role_display = "Account manager"

    def __str__(self) -> str:
        return "Ada Okafor"


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(help_text="What publishers see.")
    preview_url = forms.URLField(
        label="Preview address", required=False, assume_scheme="https", widget=forms.URLInput
    )
    currency = forms.ChoiceField(choices=[("USD", "US dollar (USD)"), ("EUR", "Euro (EUR)")])
    payout = forms.DecimalField(required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    password = forms.CharField(widget=forms.PasswordInput, help_text="At least 12 characters.")
    active = forms.BooleanField(
        required=False, label="Active", help_text="Clicks are counted and sent to the landing page."
    )
    visibility = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("public", "Public"), ("private", "Private")],
        help_text="Who sees it.",
    )
    countries = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("DE", "Germany"), ("FR", "France"), ("US", "United States")],
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    links = [
        ("Offers", "gift"),
        ("Publishers", "megaphone"),
        ("Advertisers", "building-2"),
        ("Exports", "download"),
    ]
    integrations = [
        SimpleNamespace(label=label, url="#", is_current=label == "EU network")
        for label in ("EU network", "US network")
    ]
    return {
        "user": SamplePerson(),
        "shell": SimpleNamespace(
            theme=request.GET.get("theme", "system"),
            density=request.GET.get("density", "regular"),
            integrations=integrations,
            integration="EU network",
            navigation=[
                SimpleNamespace(label=label, url="#", icon=icon, is_current=label == "Offers")
                for label, icon in links
            ],
        ),
        "tones": TONES,
        "offers": OFFERS * 3,
        "form": SampleForm(),
        "invalid_form": SampleForm(
            {"preview_url": "summer", "currency": "GBP", "payout": "a lot"}, auto_id="id_invalid_%s"
        ),
        "pager": {
            "first": 51,
            "last": 100,
            "total": 1284,
            "page_number": 2,
            "page_count": 26,
            "previous_url": "#",
            "next_url": "#",
            "size_links": [{"size": size, "url": "#", "is_current": size == 50} for size in (25, 50, 100)],
        },
        "cursor_pager": {"first": 101, "last": 150, "total": None, "next_url": "#"},
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """The page, in the theme and density the query asks for."""
    return render(request, "components/gallery.html", _context(request))
