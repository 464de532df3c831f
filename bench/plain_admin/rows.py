"""Fills the tables of the plain admin with records of the API."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from bench.plain_admin.models import Advertiser, Offer

#: What stands where the sandbox sends an odd value on purpose, which a table would not take.
_INSTEAD: dict[type[models.Field[Any, Any]], Any] = {
    models.BooleanField: False,
    models.DecimalField: 0,
    models.DateTimeField: datetime(2026, 1, 1, tzinfo=UTC),
}


def fill(offers: Iterable[dict[str, Any]], advertisers: Iterable[dict[str, Any]]) -> None:
    """One row for each record."""
    Advertiser._default_manager.bulk_create(Advertiser(id=row["id"], name=row["name"]) for row in advertisers)
    Offer._default_manager.bulk_create(map(_offer, offers))


def _offer(record: dict[str, Any]) -> Offer:
    given = {**record, **(record.get("default_payout") or {})}
    return Offer(**{field.attname: _value(field, given.get(field.attname)) for field in Offer._meta.fields})


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    try:
        taken = field.to_python(value)
    except ValidationError:
        taken = None
    return _INSTEAD.get(type(field), "") if taken is None else taken
