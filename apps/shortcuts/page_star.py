"""The button that stars a list or report as it is: its view, or its filters and sort, without the place in its rows."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.saved_views.lists import ALL
from apps.saved_views.view_bar import ViewBar
from apps.shortcuts.record_link import RecordLink
from apps.shortcuts.stars import is_starred


def page_star(
    person: User, connection: Connection, bar: ViewBar, *, kind: str, label: str, words: Iterable[str]
) -> dict[str, Any]:
    """What `_star.html` needs; nothing for an address too long to be kept. `words` say what is filtered by."""
    title = label
    if not bar.is_changed and bar.current.key != ALL:
        title = f"{label}: {bar.name}"
    elif bar.is_changed and (said := ", ".join(words)):
        title = f"{label}: {said}"
    link = RecordLink.seen_through(connection, kind=kind, title=title, url=bar.lasting_url)
    if not link.is_kept:
        return {}
    return {
        "star_token": link.token(person),
        "is_starred": is_starred(person, link),
        "star_next": bar.next_url,
        "is_star_in_menu": True,
    }
