"""Addresses of the start page, the search and the trace of a transaction."""

from django.urls import path

from apps.home.search.views import SearchView
from apps.home.trace.views import TraceView
from apps.home.views import HomeView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("search/", SearchView.as_view(), name="search"),
    path("trace/", TraceView.as_view(), name="trace"),
]
