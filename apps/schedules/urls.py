"""Addresses of the schedules."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "schedules"


def listing(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("", listing, name="list")]
