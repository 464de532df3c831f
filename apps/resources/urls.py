"""The addresses of every registered resource, under its name as namespace; none of one whose declaration is wrong."""

from django.urls import URLPattern, URLResolver, include, path
from django.views import View

from apps.resources import registry, views
from apps.resources.declaration.system_checks import has_pages
from apps.resources.resource import Resource


def urls_of(resource: Resource) -> URLResolver:
    """The addresses of one resource: the pages that every resource has, then those of its own."""

    def page(route: str, name: str, view: type[View]) -> URLPattern:
        return path(route, resource.own_views.get(name, view).as_view(resource=resource), name=name)

    patterns = [
        page("", "list", views.ListView),
        page("new/", "create", views.CreateView),
        page("filter/", "filter", views.FilterControlView),
        page("suggest/", "suggest", views.SuggestView),
        page("bulk/", "bulk", views.BulkView),
        page("bulk/<uuid:result_id>/", "bulk_result", views.BulkResultView),
        page("<record:record_id>/", "detail", views.DetailView),
        page("<record:record_id>/edit/", "edit", views.EditView),
        page("<record:record_id>/act/", "act", views.ActView),
        page("<record:record_id>/archive/", "archive", views.ArchiveView),
    ]
    common = {pattern.name for pattern in patterns}
    patterns += [
        page(f"<record:record_id>/{name}/", name, view)
        for name, view in resource.own_views.items()
        if name not in common
    ]
    return path(resource.prefix, include((patterns, resource.name)))


def resource_urls() -> list[URLResolver]:
    """The addresses of all registered resources whose declaration is whole enough; a system check names the others."""
    return [urls_of(resource) for resource in registry.resources() if has_pages(resource)]


urlpatterns = resource_urls()
