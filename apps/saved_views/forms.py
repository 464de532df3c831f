"""The form of a saved view: its name, and who sees it."""

from typing import Any

from django import forms

from apps.accounts.policy import Capability, may
from apps.connections.models import Service
from apps.saved_views.list_pages import ListPage
from apps.saved_views.models import LONGEST_NAME, SavedView
from apps.text.typed import one_line

#: So many views of one list a person keeps.
MOST_VIEWS = 40
#: Why a view cannot be for the team.
_NO_TEAM_YET = "Not yet: which organisation your key is of is not known. Test your key under Connections."
_NO_TEAM: dict[str, str] = {
    Service.Kind.TOKEN: "Not here: a token does not tell which organisation it is of, so nobody knows who the team is."
}
NAME_TAKEN = "You have a view of this name. Give it another one."


class SavedViewForm(forms.Form):
    """Name and sharing of a view; whether the list opens with it is asked where it is new."""

    name = forms.CharField(max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    is_shared = forms.BooleanField(required=False, label="For the team")
    is_default = forms.BooleanField(required=False, label="Open with it")

    def __init__(self, page: ListPage, view: SavedView | None = None, data: Any = None) -> None:
        initial = {"name": view.name, "is_shared": view.is_shared} if view else {}
        super().__init__(data, initial=initial, prefix=None)
        self._page, self._view = page, view
        if view:
            del self.fields["is_default"]
        else:
            self.fields["is_default"].label = f"Open the {page.viewed.noun} with it"
            self.fields["is_default"].help_text = "For you alone; the others are one click away."
        if not may(page.person, Capability.SHARE_VIEWS, page.connection.service_id):
            del self.fields["is_shared"]
        elif view and view.is_shared:
            # It stays of the organisation that it was given to, whatever key its owner has now.
            self.fields["is_shared"].help_text = "Everybody of the organisation it was given to sees it."
        elif page.connection.organisation:
            self.fields["is_shared"].help_text = "Everybody of your organisation sees it; only you change it."
        else:
            self.fields["is_shared"].disabled = True
            self.fields["is_shared"].help_text = _NO_TEAM.get(page.connection.service.kind, _NO_TEAM_YET)

    def clean_name(self) -> str:
        """One line, and no other view of the person's by that name."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Give it a name.")
        mine = SavedView.objects.filter(
            owner=self._page.person,
            service_id=self._page.connection.service_id,
            list_name=self._page.viewed.name,
        )
        if self._view:
            mine = mine.exclude(pk=self._view.pk)
        elif mine.count() >= MOST_VIEWS:
            raise forms.ValidationError(
                f"You have {MOST_VIEWS} views of this {self._page.viewed.noun}. Delete one first."
            )
        if mine.filter(name__iexact=name).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name

    @property
    def organisation(self) -> str:
        """The organisation that the view is for; "" for its owner alone."""
        if not self.cleaned_data.get("is_shared"):
            return ""
        given_to = self._view.organisation if self._view else ""
        return given_to or self._page.connection.organisation
