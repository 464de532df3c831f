"""The same rows as JSON, as the react-admin build asks for them: `/api/offers/`, `/api/advertisers/`."""

import json
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bench.plain_admin.models import Advertiser, Offer

MODELS: dict[str, type[Model]] = {"offers": Offer, "advertisers": Advertiser}
LIST_FIELDS = {
    "offers": ("id", "name", "active", "advertiser_id", "visibility", "payout", "revenue", "updated_at"),
    "advertisers": ("id", "name"),
}
FILTERS = {"q": "name__icontains", "active": "active", "visibility": "visibility"}
#: `true` is how JavaScript spells it.
WORDS = {"true": True, "false": False}


@csrf_exempt
def records(request: HttpRequest, resource: str) -> HttpResponse:
    """One page with the count of all; `ids` names single ones. PATCH writes the same values to many."""
    rows = _signed_in(request, resource)
    if request.method == "PATCH":
        given = json.loads(request.body)
        rows.filter(pk__in=given["ids"]).update(**given["data"])
        return JsonResponse({"data": given["ids"]})
    asked = request.GET
    columns = LIST_FIELDS[resource]
    if "ids" in asked:
        return JsonResponse({"data": list(rows.filter(pk__in=asked["ids"].split(",")).values(*columns))})
    wanted = {FILTERS[name]: WORDS.get(asked[name], asked[name]) for name in FILTERS.keys() & asked.keys()}
    found = rows.filter(**wanted).order_by(("-" if asked["order"] == "DESC" else "") + asked["sort"])
    size = int(asked["per_page"])
    start = (int(asked["page"]) - 1) * size
    return JsonResponse({"data": list(found.values(*columns)[start : start + size]), "total": found.count()})


@csrf_exempt
def record(request: HttpRequest, resource: str, record_id: int) -> HttpResponse:
    """One record with all its fields; PUT writes them."""
    rows = _signed_in(request, resource).filter(pk=record_id)
    if request.method == "PUT":
        given = json.loads(request.body)
        del given["id"]
        rows.update(**given)
    get_object_or_404(rows)
    return JsonResponse({"data": rows.values().get()})


def _signed_in(request: HttpRequest, resource: str) -> QuerySet[Any]:
    if not request.user.is_authenticated or resource not in MODELS:
        raise Http404
    return MODELS[resource]._default_manager.all()


urlpatterns = [path("<resource>/", records), path("<resource>/<int:record_id>/", record)]
