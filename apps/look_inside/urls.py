"""Addresses of what is inside an export."""

from django.urls import URLPattern

app_name = "look_inside"
urlpatterns: list[URLPattern] = []
