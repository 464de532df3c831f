"""The Django configuration of this app."""

from django.apps import AppConfig


class ConversionsConfig(AppConfig):
    """Gives the page *Conversions* columns and saved views."""

    name = "apps.conversions"

    def ready(self) -> None:
        """Register the page as a list."""
        from apps.conversions.chosen import viewed_table
        from apps.saved_views.lists import register_list

        register_list(viewed_table())
