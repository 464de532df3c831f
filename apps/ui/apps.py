"""The Django configuration of this app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """What every page is drawn with: cells, rows, pages of a list, error pages. It has no models."""

    name = "apps.ui"
