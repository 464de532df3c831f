"""A person's preferences, kept on the account; a browser keeps theme and density too, for who is not signed in."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User

THEME_COOKIE = "theme"
DENSITY_COOKIE = "density"
#: A year: what the pages remember in the browser.
COOKIE_SECONDS = 365 * 24 * 3600
_OF_ACCOUNT = ("theme", "density", "time_zone")


class Theme(models.TextChoices):
    """The colours of the pages."""

    SYSTEM = "system", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Density(models.TextChoices):
    """The height of table rows."""

    REGULAR = "regular", "Regular"
    COMPACT = "compact", "Compact"


class SingleKeys(models.TextChoices):
    """Whether letters alone do something on pages."""

    ON = "on", "On"
    OFF = "off", "Off: only with Ctrl, ⌘ or Alt"


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """The zones a person may choose, UTC first; places alone, without the old aliases such as "EST"."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def time_zone_names() -> list[str]:
    """The same zones by their names alone."""
    return [name for name, _label in time_zone_choices()]


class PreferencesForm(forms.Form):
    """Any of the preferences; one that is not sent stays as it is."""

    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    density = forms.ChoiceField(choices=Density.choices, required=False, label="Table rows")
    time_zone = forms.ChoiceField(
        choices=time_zone_choices, required=False, help_text="Dates and times are shown in this zone."
    )
    single_keys = forms.ChoiceField(
        choices=SingleKeys.choices,
        required=False,
        label="Single-letter keys",
        help_text="Such as j and k for rows. Switch them off if you dictate, or press letters by accident.",
    )


def theme_of(request: HttpRequest) -> Theme:
    """The colours of the account; of a guest, or one who has chosen none, those chosen last in this browser."""
    chosen = getattr(_person(request), "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
    return Theme(chosen) if chosen in Theme.values else Theme.SYSTEM


def density_of(request: HttpRequest) -> Density:
    """The row height of the account; of a guest, or one who has chosen none, the one chosen last in this browser."""
    chosen = getattr(_person(request), "density", "") or request.COOKIES.get(DENSITY_COOKIE, "")
    return Density(chosen) if chosen in Density.values else Density.REGULAR


def _person(request: HttpRequest) -> object:
    """Who asks; pages of errors are made for requests that nobody has looked at."""
    return getattr(request, "user", None)


def current_preferences(request: HttpRequest) -> dict[str, str]:
    """What the person has chosen, or the defaults."""
    return {
        "theme": theme_of(request),
        "density": density_of(request),
        "time_zone": getattr(request.user, "time_zone", settings.TIME_ZONE),
        "single_keys": SingleKeys.ON if getattr(request.user, "uses_single_keys", True) else SingleKeys.OFF,
    }


def keep_on_account(person: User, chosen: Mapping[str, str]) -> None:
    """Keep what was sent of the form; an empty value stays as it is."""
    values: dict[str, Any] = {name: chosen[name] for name in _OF_ACCOUNT if chosen[name]}
    if chosen["single_keys"]:
        values["uses_single_keys"] = chosen["single_keys"] == SingleKeys.ON
    for name, value in values.items():
        setattr(person, name, value)
    if values:
        person.save(update_fields=list(values))


def remember_for_guests(response: HttpResponse, theme: str, density: str) -> None:
    """Keep theme and density in the browser for a year, for the sign-in page; an empty one stays as it is."""
    for cookie, value in ((THEME_COOKIE, theme), (DENSITY_COOKIE, density)):
        if value:
            response.set_cookie(
                cookie,
                value,
                max_age=COOKIE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
