"""The Django configuration of this app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Names the app."""

    name = "apps.mail"
