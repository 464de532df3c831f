"""The session engine of an installation without Redis: Django's own, with a shorter way to what every request reads."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.database.compiled_queries import CompiledQuery, Given

_lasting = CompiledQuery(
    lambda: Session.objects.filter(
        session_key=Given("key", Session._meta.get_field("session_key")),
        expire_date__gt=Given("now", Session._meta.get_field("expire_date")),
    )
)


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def load(self) -> dict[str, Any]:
        """What is kept under this name; where nothing is, Django's own way gives another name."""
        found = _lasting.all(key=self.session_key, now=timezone.now())
        return self.decode(found[0].session_data) if found else super().load()
