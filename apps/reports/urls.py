"""Addresses of the report tables."""

from django.urls import path

from apps.reports.views import ReportView, zones

app_name = "reports"
urlpatterns = [
    path("time-zones/", zones, name="zones"),
    path("<slug:report>/", ReportView.as_view(), name="table"),
]
