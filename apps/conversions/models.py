"""The columns that conversions of a token API were seen to have; rows are never stored."""

from django.db import models

from apps.connections.models import Service


class SeenColumns(models.Model):
    """The columns of one service, in the order in which they were first seen. The API lists its columns nowhere."""

    service = models.OneToOneField(Service, primary_key=True, on_delete=models.CASCADE, related_name="+")
    names = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"columns of {self.service_id}"
