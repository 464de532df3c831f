"""The form of what is mailed."""

from django import forms

from apps.accounts.models import User
from apps.notifications.kinds import mailed_kinds
from apps.notifications.models import MailPreferences


class MailPreferencesForm(forms.Form):
    """A box for each kind of mail, ticked where the person gets it."""

    wanted = forms.MultipleChoiceField(
        label="Send me an email when",
        choices=lambda: [(kind.name, kind.label) for kind in mailed_kinds()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def save(self, person: User) -> None:
        """Keep what the person does not want; a kind that comes later is mailed until they say otherwise."""
        wanted = self.cleaned_data["wanted"]
        unwanted = [kind.name for kind in mailed_kinds() if kind.name not in wanted]
        MailPreferences.objects.update_or_create(pk=person.pk, defaults={"unwanted": unwanted})


def mail_preferences_form(person: User) -> MailPreferencesForm:
    """The form as the person's preferences are."""
    preferences = MailPreferences.objects.filter(pk=person.pk).first()
    unwanted = preferences.unwanted if preferences else []
    wanted = [kind.name for kind in mailed_kinds() if kind.name not in unwanted]
    return MailPreferencesForm(initial={"wanted": wanted})
