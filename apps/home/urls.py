"""URLs of the start page, the search, the palette and the trace of a transaction."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.home.keyboard import KeyboardView
from apps.home.palette.views import PaletteRecordsView, PaletteView
from apps.home.search.views import SearchView
from apps.home.start.views import PanelView, StartView
from apps.home.trace.views import TraceView
from apps.ui.waiting.frame_first import frame_first

urlpatterns = [
    route("", StartView.as_view(), name="home", get=Capability.OWN_ACCOUNT),
    route("start/<slug:panel>/", frame_first(PanelView.as_view()), name="panel", get=Capability.READ),
    route("search/", frame_first(SearchView.as_view()), name="search", get=Capability.READ),
    route("keyboard/", KeyboardView.as_view(), name="keyboard", get=Capability.OWN_ACCOUNT),
    route("palette/", PaletteView.as_view(), name="palette", get=Capability.OWN_ACCOUNT),
    route("palette/records/", PaletteRecordsView.as_view(), name="palette_records", get=Capability.READ),
    route("trace/", frame_first(TraceView.as_view()), name="trace", get=Capability.READ),
]
