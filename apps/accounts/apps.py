"""The Django configuration of this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Checks that every address says who may open it; tells sessions when they begin, and gives them new keys."""

    name = "apps.accounts"

    def ready(self) -> None:
        """Register the system check and what happens at signing in."""
        from allauth.account.signals import authentication_step_completed
        from django.contrib.auth.signals import user_logged_in

        from apps.accounts import checks
        from apps.accounts.sessions.ending import renew_at_step_up
        from apps.accounts.sessions.life import begin_session

        checks.register_checks()
        user_logged_in.connect(begin_session)
        authentication_step_completed.connect(renew_at_step_up)
