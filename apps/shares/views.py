"""The pages of the person who shares: the links to one export, and all of them."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.accounts.safe_redirects import next_path
from apps.accounts.step_up.proof import demand_fresh_proof
from apps.accounts.unsent_forms import restores_unsent_form, take_unsent_form
from apps.api.client import Client
from apps.api.errors import RecordNotFound
from apps.connections import organisations
from apps.connections.models import Service
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.reading import client_of_service, read_remote
from apps.look_inside.access import AuthorizedExport
from apps.shares.forms import ShareForm
from apps.shares.link_pages import link_of
from apps.shares.models import Opening, Share
from apps.shares.sharing import CannotShare, NewLink, create_share, revoke, sharing_problem
from apps.shares.whole_file import whole_file
from apps.ui.fragments import is_fragment_wanted

#: Openings that a page shows of one link, newest first.
SHOWN_OPENINGS = 50
CONTENTS_ID = "contents"


@require_safe
def share_list(request: HttpRequest) -> HttpResponse:
    """All links of the person, newest first; an admin sees, and may revoke, those of their whole organisation."""
    return render(request, "shares/list.html", {"shares": visible_to(signed_in_person(request))[:200]})


@restores_unsent_form
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, service_id: uuid.UUID, remote_id: str) -> HttpResponse:
    """The links to one export, and the form that makes one. The link itself is shown once, right after."""
    person = signed_in_person(request)
    client = client_of_service(person, service_id)
    try:
        export = read_remote(client, service_id, remote_id)
    except RecordNotFound:
        shares = visible_to(person).filter(service_id=service_id, remote_id=remote_id)
        return render(request, "shares/gone.html", {"shares": shares}, status=404)
    if is_fragment_wanted(request, CONTENTS_ID):
        return render(request, "shares/_contents.html", _contents(person, client, export))
    if request.method != "POST":
        unsent = take_unsent_form(request)
        form = ShareForm(initial={"nonce": uuid.uuid4()}) if unsent is None else ShareForm(unsent)
        return _page(request, client, export, form)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _page(request, client, export, form, status=422)
    demand_fresh_proof(request)
    values = form.cleaned_data
    try:
        made = create_share(
            person,
            Service.objects.get(pk=service_id),
            export,
            days=values["days"],
            note=values["note"],
            nonce=values["nonce"],
        )
    except CannotShare as problem:
        form.add_error(None, str(problem))
        return _page(request, client, export, form, status=422)
    if made is None:
        messages.info(
            request,
            "This link was made already. It is shown only once: revoke it and make another if you lost it.",
        )
        return redirect(request.path)
    return _page(request, client, export, ShareForm(initial={"nonce": uuid.uuid4()}), made=made)


@require_POST
def revoke_share(request: HttpRequest, share_id: uuid.UUID) -> HttpResponse:
    """End a link at once."""
    found = get_object_or_404(visible_to(signed_in_person(request)), pk=share_id)
    hold_to_service(request, found.service_id)
    if revoke(found):
        messages.success(request, "The link was revoked. Whoever opens it is told that it does not work.")
    else:
        messages.info(request, "The link was revoked already.")
    return redirect(next_path(request, reverse("shares:list")))


@require_safe
def openings(request: HttpRequest, share_id: uuid.UUID) -> HttpResponse:
    """Who opened a link, when, from where."""
    found = get_object_or_404(visible_to(signed_in_person(request)), pk=share_id)
    hold_to_service(request, found.service_id)
    return render(
        request,
        "shares/openings.html",
        {
            "share": found,
            "slice": getattr(found, "slice", None),
            "openings": found.openings.all()[:SHOWN_OPENINGS],
            "most": SHOWN_OPENINGS,
        },
    )


def visible_to(person: User) -> QuerySet[Share]:
    """The links a person may see, with how often and when they were opened last."""
    shares = Share.objects.select_related("owner", "service", "slice").defer("service__contract")
    shares = shares.filter(
        organisations.visible_to(person, takes=Capability.SHARE, takes_for_others=Capability.OVERSEE_SHARES)
    )
    counted = shares.annotate(
        page_count=Count("openings", filter=Q(openings__kind=Opening.Kind.PAGE)),
        file_count=Count("openings", filter=Q(openings__kind=Opening.Kind.FILE)),
        opened_at=Max("openings__at"),
    )
    # A query that counts does not keep the model's own order.
    return counted.order_by("-created_at")


def _contents(person: User, client: Client, export: RemoteExport) -> dict[str, Any]:
    admitted = AuthorizedExport(client, export, has_file=export.has_file)
    return {"export": export, "contents": whole_file(person, admitted) if export.has_file else None}


def _page(
    request: HttpRequest,
    client: Client,
    export: RemoteExport,
    form: ShareForm,
    made: NewLink | None = None,
    status: int = 200,
) -> HttpResponse:
    person = signed_in_person(request)
    shares = visible_to(person).filter(service_id=export.service_id, remote_id=export.id)
    problem = sharing_problem(export)
    context: dict[str, Any] = {
        **({} if problem else _contents(person, client, export)),
        "export": export,
        "form": form,
        "problem": problem,
        "shares": shares,
        "made": made.share if made else None,
        "link": link_of(made) if made else "",
    }
    return render(request, "shares/manage.html", context, status=status)
