"""The columns that reports were seen to have; rows are never stored."""

from typing import ClassVar

from django.db import models

from apps.connections.models import Service


class SeenColumn(models.Model):
    """A column that rows of a report had at a service. The API lists its columns nowhere."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=40)
    name = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "report", "name"], name="one_seen_column_a_name")
        ]

    def __str__(self) -> str:
        return self.name
