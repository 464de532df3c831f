"""Offers and their advertisers as tables: the fields of an offer that the API sends."""

from django.db import models


class Advertiser(models.Model):
    """Whom an offer is of."""

    name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """One offer, flat."""

    name = models.CharField(max_length=255)
    active = models.BooleanField()
    advertiser = models.ForeignKey(Advertiser, models.CASCADE)
    visibility = models.CharField(
        max_length=32,
        choices=[(name, name.replace("_", " ")) for name in ("Public", "Private", "Requires_Approval")],
    )
    currency = models.CharField(max_length=8)
    payout = models.DecimalField(max_digits=12, decimal_places=4)
    payout_percent = models.DecimalField(max_digits=8, decimal_places=2)
    payout_type = models.CharField(max_length=32)
    revenue = models.DecimalField(max_digits=12, decimal_places=4)
    revenue_percent = models.DecimalField(max_digits=8, decimal_places=2)
    revenue_type = models.CharField(max_length=32)
    conversion_name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    restriction_note = models.TextField(blank=True)
    fallback_url = models.TextField(blank=True)
    primary_domain = models.CharField(max_length=255, blank=True)
    impression_forwarding_url = models.TextField(blank=True)
    parallel_tracking_url = models.TextField(blank=True)
    terms_and_conditions = models.TextField(blank=True)
    targeting_group_id = models.CharField(max_length=64, blank=True)
    allow_duplicate_conversions = models.BooleanField()
    block_on_reject = models.BooleanField()
    deep_link_enabled = models.BooleanField()
    hide_js_tracking = models.BooleanField()
    impression_forwarding_enabled = models.BooleanField()
    manually_approve_conversions = models.BooleanField()
    offer_preview_enabled = models.BooleanField()
    parallel_tracking_enabled = models.BooleanField()
    targeting_simple_enabled = models.BooleanField()
    terms_and_conditions_enabled = models.BooleanField()
    view_through_attribution_enabled = models.BooleanField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
