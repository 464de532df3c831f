"""The Django configuration of this app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Names the app, and mails owners about the security of their accounts."""

    name = "apps.mail"

    def ready(self) -> None:
        """Listen for what is written down of accounts, and register what is removed when it was kept long enough."""
        from apps.accounts.product_events import recorded
        from apps.jobs import cleaning
        from apps.mail.old_mails import remove_old
        from apps.mail.security_notices import send_notice

        cleaning.register("mails", remove_old)
        recorded.connect(send_notice, dispatch_uid="apps.mail.security_notices")
