"""Addresses of shared exports."""

from django.urls import URLPattern

app_name = "shares"
urlpatterns: list[URLPattern] = []
