"""The addresses of every registered resource, under its name as namespace; none of one whose declaration is wrong."""

from functools import partial

from django.urls import URLPattern, URLResolver, include, path
from django.views import View

from apps.accounts.policy import Capability
from apps.accounts.routes import Access, access_of, form_for, route
from apps.resources import registry, views
from apps.resources.declaration.system_checks import has_pages
from apps.resources.lists.known_rows import known_facts
from apps.resources.resource import Resource
from apps.shortcuts.opened import noting_opened
from apps.ui.waiting.frame_first import frame_first

#: What is asked for from within a page.
_PARTS = ("filter", "suggest", "row")


def urls_of(resource: Resource) -> URLResolver:
    """The addresses of one resource: the pages that every resource has, then those of its own."""

    def page(address: str, name: str, view: type[View], access: Access) -> URLPattern:
        shown = resource.own_views.get(name, view).as_view(resource=resource)
        if name == "detail":
            shown = noting_opened(frame_first(shown, partial(known_facts, resource)))
        elif name not in _PARTS:
            shown = frame_first(shown)
        return route(address, shown, name=name, get=access.get, post=access.post)

    read = Access(get=Capability.READ)
    patterns = [
        page("", "list", views.ListView, read),
        page("new/", "create", views.CreateView, form_for(Capability.CREATE)),
        page("compare/", "compare", views.CompareView, Access(get=Capability.READ, post=Capability.READ)),
        page("filter/", "filter", views.FilterControlView, read),
        page("suggest/", "suggest", views.SuggestView, read),
        page("<record:record_id>/", "detail", views.DetailView, read),
        page("<record:record_id>/edit/", "edit", views.EditView, form_for(Capability.EDIT)),
        page("<record:record_id>/act/", "act", views.RecordActionView, form_for(Capability.EDIT)),
        page("<record:record_id>/row/", "row", views.RowView, read),
        page("<record:record_id>/field/", "field", views.RowFieldView, form_for(Capability.EDIT)),
        page("<record:record_id>/archive/", "archive", views.ArchiveView, form_for(Capability.ARCHIVE)),
    ]
    common = {pattern.name for pattern in patterns}
    patterns += [
        page(f"<record:record_id>/{name}/", name, view, access_of(view))
        for name, view in resource.own_views.items()
        if name not in common
    ]
    return path(resource.prefix, include((patterns, resource.name)))


def resource_urls() -> list[URLResolver]:
    """The addresses of all registered resources whose declaration is whole enough; a system check names the others."""
    return [urls_of(resource) for resource in registry.resources() if has_pages(resource)]


urlpatterns = resource_urls()
