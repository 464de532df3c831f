"""The mail preferences within the account page."""

from django import template

from apps.accounts.models import User
from apps.notifications.forms import MailPreferencesForm, mail_preferences_form

register = template.Library()


@register.simple_tag
def mail_preferences(person: User) -> MailPreferencesForm:
    """`{% mail_preferences user as form %}`: what the person gets mails of."""
    return mail_preferences_form(person)
