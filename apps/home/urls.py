"""Addresses of the start page and the search."""

from django.urls import path

from apps.home.views import HomeView

urlpatterns = [path("", HomeView.as_view(), name="home")]
