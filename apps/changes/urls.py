"""Addresses of the change log's pages."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.changes import undo_views, views
from apps.changes.product.views import product, product_file
from apps.ui.waiting.frame_first import frame_first

app_name = "changes"
urlpatterns = [
    route("", views.change_list, name="list", get=Capability.READ_LOG),
    route("changes.csv", views.change_file, name="file", get=Capability.READ_LOG),
    route("changes.xlsx", views.change_workbook, name="workbook", get=Capability.READ_LOG),
    route("product/", product, name="product", get=Capability.READ_LOG),
    route("product.jsonl", product_file, name="product_file", get=Capability.READ_LOG),
    route("history/", views.history, name="history", get=Capability.READ_LOG),
    route("<uuid:entry_id>/", views.entry, name="entry", get=Capability.READ_LOG),
    route("<uuid:entry_id>/undo/", frame_first(undo_views.undo), name="undo", requires=Capability.EDIT),
]
