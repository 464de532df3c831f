"""The lists on a record's page: each drawn with it, or on its own where it lets wait longer than the record."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse

from apps.api.client import Page
from apps.api.errors import ApiError
from apps.resources.details.late_panels import PANEL_HEADER, LatePanel, Reading, hand_over, late_ones
from apps.resources.details.panels import ChildrenPanel, RelatedPanel
from apps.resources.details.related_tables import ChildTable, RelatedTable
from apps.resources.views.base import ResourceView
from apps.ui.fragments import is_part_wanted
from apps.ui.waiting.frame_first import SCRIPTS_COOKIE
from apps.ui.waiting.handed_over import take_own

#: The parameter that names the list wanted alone.
_LATE = "panel"
Draw = Callable[..., ChildTable | RelatedTable]


class LateLists(ResourceView):
    """A record's page whose lists may come later than it. A browser without scripts waits for them all."""

    #: Resources whose lists other parts of the page are made of: it waits for them.
    awaited: frozenset[str] = frozenset()

    def tables(
        self,
        panels: Sequence[ChildrenPanel | RelatedPanel],
        readings: Sequence[Reading],
        draws: Sequence[Draw],
        *,
        may_be_late: bool,
    ) -> list[ChildTable | RelatedTable | LatePanel]:
        """Each list as it was read, or its place."""
        is_waited_for = (
            not may_be_late or SCRIPTS_COOKIE not in self.request.COOKIES or _LATE in self.request.GET
        )
        late = set() if is_waited_for else late_ones(readings)
        return [
            self._late(panel, reading, draw)
            if place in late and panel.resource not in self.awaited
            else draw(answer=reading.result())
            for place, (panel, reading, draw) in enumerate(zip(panels, readings, draws, strict=True))
        ]

    @property
    def is_late_one_wanted(self) -> bool:
        """Whether HTMX asks for a list that was late."""
        return _LATE in self.request.GET and is_part_wanted(self.request)

    def late_one(self, read: Callable[[], dict[str, Any]]) -> HttpResponse:
        """The list that a page had no answer for yet; `read` anew with the page where that is gone."""
        answer = take_own(self.request, self.request.headers.get(PANEL_HEADER, ""))
        if answer:
            return answer.response()
        context = read()
        for table in (*context["children"], *context["related"]):
            if table.panel.resource == self.request.GET[_LATE]:
                return self._drawn(table)
        raise Http404("no such list on this page")

    def _drawn(self, table: ChildTable | RelatedTable) -> HttpResponse:
        template = "_children.html" if isinstance(table, ChildTable) else "_related.html"
        return self.render(template, {"table": table})

    def _late(self, panel: ChildrenPanel | RelatedPanel, reading: Reading, draw: Draw) -> LatePanel:
        def drawn(answer: Page | ApiError) -> HttpResponse:
            return self._drawn(draw(answer=answer))

        name = hand_over(self.request, reading, self.scope.connection.key_name, drawn)
        query = self.request.GET.copy()
        query[_LATE] = panel.resource
        address = f"{self.url('detail', self.record_id)}?{query.urlencode()}"
        return LatePanel(panel.resource, panel.title, address, name)
