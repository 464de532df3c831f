"""The Django configuration of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the app, and says what of it is removed when it was kept long enough."""

    name = "apps.people"

    def ready(self) -> None:
        """Register the removal of old invitations."""
        from apps.jobs import cleaning
        from apps.people.old_invitations import remove_old

        cleaning.register("invitations", remove_old)
