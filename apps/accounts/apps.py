"""The Django configuration of this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Checks that every address says who may open it; follows what people sign in with, and how sessions begin."""

    name = "apps.accounts"

    def ready(self) -> None:
        """Register the system check, what the ring encrypts here, and what happens at signing in."""
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.models import Authenticator
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth.signals import user_logged_in
        from django.db.models import signals

        from apps.accounts import checks
        from apps.accounts.second_factor import sealed
        from apps.accounts.second_factor.requirement import note_second_factor
        from apps.accounts.sessions.ending import end_others_at_new_factor, renew_at_step_up
        from apps.accounts.sessions.life import begin_session
        from apps.encryption.rotation import RotatedKind, register

        checks.register_checks()
        user_logged_in.connect(begin_session)
        authentication_step_completed.connect(renew_at_step_up)
        authenticator_added.connect(end_others_at_new_factor)
        authenticator_removed.connect(end_others_at_new_factor)
        register(RotatedKind("second factors", sealed.outside_first_ring_key, sealed.move_to_first_ring_key))
        signals.post_init.connect(sealed.know_owner, sender=Authenticator)
        signals.pre_save.connect(sealed.bind_to_owner, sender=Authenticator)
        signals.post_save.connect(note_second_factor, sender=Authenticator)
        signals.post_delete.connect(note_second_factor, sender=Authenticator)
