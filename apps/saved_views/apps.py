"""The Django configuration of saved views."""

from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    """Columns that people chose for lists, and views of lists that they saved."""

    name = "apps.saved_views"
    label = "saved_views"
