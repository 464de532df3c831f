"""The admin at the root, and its rows as JSON."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("api/", include("bench.plain_admin.json_api")), path("", admin.site.urls)]
