"""The generic pages of a resource, one class a file."""

from apps.resources.views.acting import ActView
from apps.resources.views.archiving import ArchiveView
from apps.resources.views.bulk import BulkResultView, BulkView
from apps.resources.views.creating import CreateView
from apps.resources.views.detail import DetailView
from apps.resources.views.editing import EditView
from apps.resources.views.listing import ListView
from apps.resources.views.suggestions import FilterControlView, SuggestView

__all__ = [
    "ActView",
    "ArchiveView",
    "BulkResultView",
    "BulkView",
    "CreateView",
    "DetailView",
    "EditView",
    "FilterControlView",
    "ListView",
    "SuggestView",
]
