"""Addresses of the report tables."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "reports"


def table(request: HttpRequest, report: str) -> HttpResponse:
    raise Http404


urlpatterns = [path("<slug:report>/", table, name="table")]
