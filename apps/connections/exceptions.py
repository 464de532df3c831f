"""Exceptions: why there is no API client for a person."""

from apps.connections.models import Connection, Service

#: The same in words for the person.
NO_KEY = "You have no key stored for this service."


class NoConnection(Exception):
    """The person has stored no key for this service."""

    def __init__(self, service: Service) -> None:
        super().__init__(f"no key for the service {service.pk}")
        self.service = service


class UnknownIntegration(Exception):
    """No registered service has this integration."""


class KeyUnreadable(Exception):
    """The stored key cannot be decrypted: its ring key is gone, or the row was changed by somebody else."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(f"the key of the connection {connection.pk} cannot be read")
        self.connection = connection
