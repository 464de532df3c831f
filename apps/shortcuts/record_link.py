"""A record as a shortcut remembers it: its name, its address, and whose key saw it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.core.signing import Signer

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.ui.values import shortened

LONGEST_NAME, LONGEST_ADDRESS = 200, 1000


@dataclass(frozen=True)
class RecordLink:
    """What is kept of a record. Whoever shows the title isolates it."""

    service_id: str
    key_name: str
    organisation: str
    kind: str
    title: str
    url: str

    @classmethod
    def seen_through(cls, connection: Connection, *, kind: str, title: str, url: str) -> Self:
        """A record that the person's key has just shown."""
        # What no database stores is left out of the name.
        plain = shortened(title.replace("\0", ""), LONGEST_NAME).encode(errors="replace").decode()
        return cls(str(connection.service_id), connection.key_name, connection.organisation, kind, plain, url)

    @property
    def is_kept(self) -> bool:
        """Whether its address is short enough to be kept."""
        return len(self.url) <= LONGEST_ADDRESS

    @classmethod
    def signed_for(cls, person: User, token: str) -> Self:
        """The record that a page named to this person. Raises `BadSignature` for any other text."""
        return cls(**Signer(salt=_salt(person)).unsign_object(token))

    def token(self, person: User) -> str:
        """Names the record in a form of this person's."""
        return Signer(salt=_salt(person)).sign_object(asdict(self), compress=True)

    @property
    def place(self) -> tuple[str, str]:
        """What tells one record from another: services may have records of the same address."""
        return self.service_id, self.url

    def values(self) -> dict[str, Any]:
        """It as plain data."""
        return asdict(self)


def shown_to(links: Iterable[RecordLink], connections: Iterable[Connection]) -> list[RecordLink]:
    """Those that a person's keys of now may show: each by the key that saw it, or one of the same organisation."""
    by_service = {str(connection.service_id): connection for connection in connections}
    return [link for link in links if _is_seen(link, by_service.get(link.service_id))]


def _is_seen(link: RecordLink, connection: Connection | None) -> bool:
    if connection is None:
        return False
    is_same = bool(link.organisation) and link.organisation == connection.organisation
    return is_same or link.key_name == connection.key_name


def _salt(person: User) -> str:
    return f"record-link:{person.pk}"
