"""The change list with the columns, the filters and the search of our list of offers."""

import os

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from bench.plain_admin.models import Offer


@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin[Offer]):
    """As a careful person writes it: no query for each row, a page of as many rows as ours."""

    list_display = ("name", "id", "active", "advertiser", "visibility", "payout", "revenue", "updated_at")
    list_filter = ("active", "visibility")
    list_select_related = ("advertiser",)
    search_fields = ("name",)
    actions = ("activate", "deactivate")

    list_per_page = int(os.environ.get("PLAIN_ADMIN_ROWS", "25"))

    @admin.action
    def activate(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        """Switch the ticked offers on."""
        self.message_user(request, f"{queryset.update(active=True)} offers switched on.", messages.SUCCESS)

    @admin.action
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        """Switch the ticked offers off."""
        self.message_user(request, f"{queryset.update(active=False)} offers switched off.", messages.SUCCESS)
