"""Which runs a person sees, and which are theirs to decide about."""

import uuid

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.bulk.models import BulkRun
from apps.connections.organisations import visible_to
from apps.resources import registry

_TAKES = Capability.ACT_IN_BULK


def visible_runs(person: User) -> QuerySet[BulkRun]:
    """The person's own runs, and those of colleagues of the organisation that their key has proved to be of."""
    runs: QuerySet[BulkRun] = BulkRun.objects.filter(visible_to(person, takes=_TAKES)).select_related(
        "service", "owner"
    )
    return runs


def visible_run(request: HttpRequest, run_id: uuid.UUID) -> BulkRun:
    """A run that the person sees. Raises 404 for any other."""
    return _known(request, get_object_or_404(visible_runs(signed_in_person(request)), pk=run_id))


def own_run(request: HttpRequest, run_id: uuid.UUID) -> BulkRun:
    """A run of the person's own, which is carried out with their key. Raises 404 for any other."""
    person = signed_in_person(request)
    runs = BulkRun.objects.select_related("service", "owner")
    return _known(request, get_object_or_404(runs, pk=run_id, owner=person))


def _known(request: HttpRequest, run: BulkRun) -> BulkRun:
    hold_to_service(request, run.service_id)
    if registry.by_name(run.resource) is None:
        raise Http404("no such resource any more")
    return run
