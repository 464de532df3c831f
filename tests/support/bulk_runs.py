"""Selections of a list carried out as a person and the worker do it: a plan, its confirmation, the run to its end."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models.functions import Now
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.bulk.models import BulkRun
from apps.bulk.states import ENDED, RowState, State
from apps.connections.models import Connection
from apps.jobs.runner import take_turn
from apps.resources.resource import Resource
from tests.resources.pages import Element, Page
from tests.resources.rules import visit


def start_url(resource: Resource, path: dict[str, str]) -> str:
    """Where the list of a resource at a place sends its selection."""
    needed = {name: path[name] for name in resource.path_parameters}
    return f"{reverse('bulk:start', args=[resource.name])}?{urlencode(needed)}"


def advance(run: BulkRun, most: int = 1, *, beside_people: bool = False) -> BulkRun:
    """So many steps of the run, due or not; the run as it is then. Nobody looks at pages unless the test says so."""
    for _ in range(most):
        run.refresh_from_db()
        if not beside_people:
            for connection in Connection.objects.filter(service=run.service_id):
                cache.delete(f"page-activity:{connection.key_name}")
        if run.due_at is not None and run.due_at > timezone.now():
            # With the time that is skipped, the pauses that the API asked for are over too.
            cache.clear()
        BulkRun.objects.filter(pk=run.pk, due_at__isnull=False).update(due_at=Now(), lease_until=None)
        take_turn("bulk.BulkRun", str(run.pk), most_steps=1)
    run.refresh_from_db()
    return run


def advance_until(run: BulkRun, *states: str, most: int = 200) -> BulkRun:
    """Steps until the run is in one of the states."""
    for _ in range(most):
        if run.state in states:
            return run
        advance(run)
    raise AssertionError(f"{run.state}: {run.message}")


@dataclass
class Carried:
    """A run, its page as a person sees it, and what the page tells of each record: (state, why)."""

    run: BulkRun
    page: Page
    rows: dict[str, tuple[str, str]]

    @property
    def states(self) -> dict[str, str]:
        """What the page calls the state of each record."""
        return {key: state for key, (state, _) in self.rows.items()}


class Bulk:
    """The pages of bulk runs over one list, as one person's browser asks for them."""

    def __init__(self, client: Client, resource: Resource, path: dict[str, str]) -> None:
        self.client, self.resource = client, resource
        self.start = start_url(resource, path)

    def plan(self, action: str, ids: Any = (), **data: Any) -> Carried:
        """The plan of a selection, read to its end."""
        response = self.client.post(self.start, {"action": action, "id": list(ids), **data})
        assert response.status_code == 302, response.content.decode()[:2000]
        return self.follow(response)

    def press(self, name: str, run: BulkRun, **data: Any) -> HttpResponseBase:
        """The answer to a button of the run's page; the run is read anew."""
        response = self.client.post(reverse(f"bulk:{name}", args=[run.pk]), data)
        assert response.status_code == 302, response.content.decode()[:2000]
        if BulkRun.objects.filter(pk=run.pk).exists():
            run.refresh_from_db()
        return response

    def follow(self, response: HttpResponseBase) -> Carried:
        """The run that an answer leads to, once it is planned."""
        return self.look(advance_until(run_of(response["Location"]), State.PLANNED, State.FAILED))

    def confirm(self, run: BulkRun, **data: Any) -> Carried:
        """The run as it is once its page's form was sent, before any worker takes it on."""
        count = run.rows.filter(state=RowState.PLANNED).count()
        self.press("confirm", run, **{"count": str(count), **data})
        return self.look(run)

    def carry_out(self, action: str, ids: Any = (), *, most: int = 200, **data: Any) -> Carried:
        """Planned, confirmed where there is something to do, and run until it ends or a person is needed."""
        planned = self.plan(action, ids, **data)
        if planned.run.state != State.PLANNED or not planned.run.rows.filter(state=RowState.PLANNED).exists():
            return planned
        run = self.confirm(planned.run).run
        return self.look(advance_until(run, *ENDED, State.PAUSED, most=most))

    def look(self, run: BulkRun) -> Carried:
        """The run's page, and what its table tells on all of its pages."""
        page = first = visit(self.client, run.get_absolute_url())
        rows = rows_told(page)
        while following := [link for link in page.all("a", class_="button") if link.text == "Next"]:
            page = visit(self.client, f"{run.get_absolute_url()}{following[0]['href']}")
            rows |= rows_told(page)
        return Carried(run, first, rows)


def rows_told(page: Page) -> dict[str, tuple[str, str]]:
    """Record → (state, why) of the table of a run's page."""
    return {cells[-4]: (cells[-3], cells[-1]) for cells in map(_cells, page.all("tr")) if cells[-4] != "ID"}


def _cells(row: Element) -> list[str]:
    assert len(row.cells) in (5, 6), row.cells
    return row.cells


def run_of(address: str) -> BulkRun:
    """The run whose page stands at that address."""
    return BulkRun.objects.get(pk=address.strip("/").split("/")[1])
