"""Saved views: saved under a name, saved again, renamed, shared, deleted, and opened by default."""

from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.accounts.unsent_forms import take_unsent_form
from apps.connections.models import Connection
from apps.saved_views.choices import forget_default_view, keep_default_view, note_change, views_visible_to
from apps.saved_views.forms import NAME_TAKEN, SavedViewForm
from apps.saved_views.list_pages import ListPage
from apps.saved_views.lists import ALL, COLUMNS, VIEW, ViewedList
from apps.saved_views.models import SavedView
from apps.text.direction import isolated
from apps.ui.links import query_string

_LONGEST_QUERY = 6000
#: What of an address is no part of a view.
_NO_PART = frozenset({VIEW, COLUMNS, "page[number]"})


def _canonical(query: str, viewed: ViewedList) -> str:
    """A query as it is kept: without what names a view, its columns, the page and the list's place."""
    pairs = parse_qsl(query.removeprefix("?")[:_LONGEST_QUERY], keep_blank_values=True)
    without = _NO_PART.union(viewed.place)
    return query_string([pair for pair in pairs if pair[0] not in without]).removeprefix("?")


class CreateViewView(View):
    """*Save as*: what a list shows, under a name."""

    http_method_names = ["get", "head", "post"]
    restores_unsent_form = True

    def get(self, request: HttpRequest, service_id: UUID, list_name: str) -> HttpResponse:
        """The form; what is saved stands in the address, or in what was sent after the session had ended."""
        page = ListPage.of(request, service_id, list_name)
        typed = take_unsent_form(request)
        said = request.GET if typed is None else typed
        form = SavedViewForm(page, data=typed)
        return self._form(page, form, said.get("query", ""), page.columns_of(said))

    def post(self, request: HttpRequest, service_id: UUID, list_name: str) -> HttpResponse:
        """Save it and show the list in it."""
        page = ListPage.of(request, service_id, list_name)
        query, columns = request.POST.get("query", ""), page.columns_of(request.POST)
        form = SavedViewForm(page, data=request.POST)
        if not form.is_valid():
            return self._form(page, form, query, columns, 422)
        try:
            with transaction.atomic():
                view = SavedView.objects.create(
                    owner=page.person,
                    service_id=service_id,
                    organisation=form.organisation,
                    list_name=list_name,
                    name=form.cleaned_data["name"],
                    query=_canonical(query, page.viewed),
                    columns=list(columns),
                )
        except IntegrityError:
            # Another one of this name was saved since the form was checked.
            form.add_error("name", NAME_TAKEN)
            return self._form(page, form, query, columns, 422)
        note_change(service_id)
        if form.cleaned_data.get("is_default"):
            keep_default_view(page.person, service_id, list_name, str(view.pk))
        return redirect(page.view_url(view.query, str(view.pk)))

    def _form(
        self, page: ListPage, form: SavedViewForm, query: str, columns: tuple[str, ...], status: int = 200
    ) -> HttpResponse:
        return page.render("create", {"form": form, "query": query, "columns": columns}, status)


@dataclass(frozen=True)
class ShownView:
    """One line of the page about a list's views."""

    view: SavedView
    url: str
    is_default: bool
    is_own: bool
    may_delete: bool


@require_safe
def list_of_views(request: HttpRequest, service_id: UUID, list_name: str) -> HttpResponse:
    """The saved views of a list that the person may see, to rename, share, delete, and open by default."""
    page = ListPage.of(request, service_id, list_name)
    default = page.choices.default_view
    found = views_visible_to(page.person, page.connection).filter(list_name=list_name)
    is_overseer = may(page.person, Capability.MANAGE_LISTS, service_id)
    views = [
        ShownView(
            view,
            page.view_url(view.query, str(view.pk)),
            default == str(view.pk),
            view.owner_id == page.person.pk,
            is_overseer or view.owner_id == page.person.pk,
        )
        for view in found.select_related("owner")
    ]
    context = {
        "viewed": page.viewed,
        "service_id": service_id,
        "views": views,
        "has_default": default not in ("", ALL),
        "next_url": page.next_url,
        "this_url": request.get_full_path(),
    }
    return render(request, "saved_views/list.html", context)


@require_POST
def set_default(request: HttpRequest, service_id: UUID, list_name: str) -> HttpResponse:
    """Have the bare list open with a view, for this person; with one that is not there nothing changes."""
    page = ListPage.of(request, service_id, list_name)
    key = request.POST.get("key", "")
    shipped = {view.key for view in page.viewed.shipped}
    if key == ALL or key in shipped or page.choices.view(key):
        keep_default_view(page.person, service_id, list_name, "" if key == ALL else key)
    return redirect(page.next_url)


@require_POST
def save_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Have a view of one's own hold what the list shows now."""
    view = _own(signed_in_person(request), view_id)
    page = ListPage.of(request, view.service_id, view.list_name)
    view.query = _canonical(request.POST.get("query", ""), page.viewed)
    view.columns = list(page.columns_of(request.POST))
    view.save(update_fields=["query", "columns"])
    note_change(view.service_id)
    return redirect(page.view_url(view.query, str(view.pk)))


class EditViewView(View):
    """The name of a view, and who sees it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        """The form."""
        view = _own(signed_in_person(request), view_id)
        page = ListPage.of(request, view.service_id, view.list_name)
        return self._form(page, view, SavedViewForm(page, view))

    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        """Keep both and go back to the views."""
        view = _own(signed_in_person(request), view_id)
        page = ListPage.of(request, view.service_id, view.list_name)
        form = SavedViewForm(page, view, request.POST)
        if not form.is_valid():
            return self._form(page, view, form, 422)
        view.name = form.cleaned_data["name"]
        if "is_shared" in form.fields:
            view.organisation = form.organisation
        try:
            with transaction.atomic():
                view.save(update_fields=["name", "organisation"])
        except IntegrityError:
            form.add_error("name", NAME_TAKEN)
            return self._form(page, view, form, 422)
        note_change(view.service_id)
        if not view.is_shared:
            forget_default_view(view, but_of_owner=True)
        messages.success(request, f"View saved: {isolated(view.name)}.")
        return redirect(_views_url(view, page))

    def _form(self, page: ListPage, view: SavedView, form: SavedViewForm, status: int = 200) -> HttpResponse:
        return page.render("edit", {"form": form, "view": view, "views_url": _views_url(view, page)}, status)


class DeleteViewView(View):
    """Asks whether to delete a view, and deletes it: one's own, or as an admin one of the organisation."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        """The question."""
        view = self._view(request, view_id)
        page = ListPage.of(request, view.service_id, view.list_name)
        return page.render("delete", {"view": view, "views_url": _views_url(view, page)})

    def post(self, request: HttpRequest, view_id: UUID) -> HttpResponse:
        """Delete it; lists that open with it show all records again."""
        view = self._view(request, view_id)
        page = ListPage.of(request, view.service_id, view.list_name)
        with transaction.atomic():
            forget_default_view(view)
            view.delete()
        messages.success(request, f"View deleted: {isolated(view.name)}.")
        return redirect(_views_url(view, page))

    def _view(self, request: HttpRequest, view_id: UUID) -> SavedView:
        person = signed_in_person(request)
        view = SavedView.objects.filter(pk=view_id).select_related("owner").first()
        if view and (view.owner_id == person.pk or _oversees(person, view)):
            return view
        raise Http404("There is no such view.")


def _own(person: User, view_id: UUID) -> SavedView:
    """The person's own view. Raises `Http404` for any other."""
    view = SavedView.objects.filter(pk=view_id, owner=person).first()
    if view is None:
        raise Http404("There is no such view.")
    return view


def _oversees(person: User, view: SavedView) -> bool:
    """Whether the person is an admin of the organisation that the view is for."""
    if not (view.organisation and may(person, Capability.MANAGE_LISTS, view.service_id)):
        return False
    mine = Connection.objects.filter(owner=person, service_id=view.service_id, organisation=view.organisation)
    return mine.exclude(ring_key_id="").exists()


def _views_url(view: SavedView, page: ListPage) -> str:
    address = reverse("saved_views:list", args=[view.service_id, view.list_name])
    return address + query_string([("next", page.next_url)])
