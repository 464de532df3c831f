"""The generic pages of a resource, one class a file."""

from apps.resources.views.archiving import ArchiveView
from apps.resources.views.comparing import CompareView
from apps.resources.views.creating import CreateView
from apps.resources.views.detail import DetailView
from apps.resources.views.editing import EditView
from apps.resources.views.listing import ListView
from apps.resources.views.record_action import RecordActionView
from apps.resources.views.row import RowView
from apps.resources.views.row_field import RowFieldView
from apps.resources.views.suggestions import FilterControlView, SuggestView

__all__ = [
    "ArchiveView",
    "CompareView",
    "CreateView",
    "DetailView",
    "EditView",
    "FilterControlView",
    "ListView",
    "RecordActionView",
    "RowFieldView",
    "RowView",
    "SuggestView",
]
