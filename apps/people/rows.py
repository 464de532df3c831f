"""The list of who has access: accounts and invitations as one table, filtered and sorted by its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.second_factor.requirement import is_held_back
from apps.connections.models import Connection, Service
from apps.connections.views.keys import tone_of
from apps.people.invitations import open_invitations
from apps.people.models import Invitation
from apps.text.typed import as_shown, one_line
from apps.ui.paging import DEFAULT_PAGE_SIZE, Pager, read_number, read_page_size
from apps.ui.tables import Header
from apps.ui.values import time_text

STATES = {"active": "Active", "invited": "Invited", "deactivated": "Deactivated"}
TONES = {"active": "ok", "invited": "info", "deactivated": "neutral"}
#: Somebody who was never here comes after all who were.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_COLUMNS = (
    ("name", "Name"),
    ("role", "Role"),
    ("", "Keys"),
    ("factor", "Second factor"),
    ("seen", "Last seen"),
    ("state", "State"),
)


@dataclass(frozen=True)
class PeopleState:
    """What an address of the list says: words of the name, a state, the sort, the page."""

    text: str = ""
    state: str = ""
    sort: str = "name"
    page_number: int = 1
    page_size: int = DEFAULT_PAGE_SIZE

    @classmethod
    def from_query(cls, query: Mapping[str, str], problems: list[str]) -> "PeopleState":
        """Read from the address; what it says wrong is named in `problems`."""
        state, sort = query.get("state", ""), query.get("sort", "") or "name"
        if state and state not in STATES:
            problems.append(f"There is no state “{one_line(state)[:40]}”; it was ignored.")
            state = ""
        if sort.removeprefix("-") not in [name for name, _label in _COLUMNS if name]:
            problems.append(f"The list is not sorted by “{one_line(sort)[:40]}”; it was ignored.")
            sort = "name"
        return cls(
            one_line(query.get("q", ""))[:200],
            state,
            sort,
            read_number(query, "page[number]", 1, problems),
            read_page_size(query, problems),
        )

    def with_page(self, number: int) -> "PeopleState":
        """Another page."""
        return replace(self, page_number=number)

    def with_size(self, size: int) -> "PeopleState":
        """Pages of another size, from the first."""
        return replace(self, page_size=size, page_number=1)

    def sorted_by(self, name: str) -> "PeopleState":
        """Sorted by that column, the other way round where it is already; from the first page."""
        return replace(self, sort=f"-{name}" if self.sort == name else name, page_number=1)

    @property
    def url(self) -> str:
        """The address that says so."""
        values = {
            "q": self.text,
            "state": self.state,
            "sort": "" if self.sort == "name" else self.sort,
            "page[number]": "" if self.page_number == 1 else self.page_number,
            "page[size]": "" if self.page_size == DEFAULT_PAGE_SIZE else self.page_size,
        }
        query = urlencode({name: value for name, value in values.items() if value}, safe="[]")
        return reverse("people:list") + (f"?{query}" if query else "")


@dataclass
class PersonRow:
    """One line: an account, or an invitation that nobody has taken up yet."""

    person: User | None
    invitation: Invitation | None
    roles: str
    keys: Sequence[tuple[Connection, str]] = ()

    @property
    def name(self) -> str:
        """What the person is called."""
        return str(self.person) if self.person else self._invited.email

    @property
    def email(self) -> str:
        """The address, where the name is another one."""
        return self.person.email if self.person and self.person.name else ""

    @property
    def second_factor(self) -> str:
        """Whether they have one, or have to set one up first."""
        if self.person is None:
            return "Required" if self._invited.takes_second_factor else "—"
        if self.person.has_second_factor:
            return "Yes"
        return "No, required" if is_held_back(self.person) else "No"

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.person is None:
            return "invited"
        return "active" if self.person.is_active else "deactivated"

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        if self.invitation is None:
            return STATES[self.state]
        if self.invitation.is_withdrawn:
            return "Invitation withdrawn"
        return "Invitation expired" if self.invitation.is_expired else "Invited"

    @property
    def invitation_words(self) -> str:
        """Of an invitation: what hinders it, or by whom and until when it is."""
        invitation = self._invited
        if invitation.is_undelivered:
            return invitation.mail_words
        by = f", by {invitation.invited_by}" if invitation.invited_by else ""
        return f"{'until' if invitation.is_open else 'was until'} {time_text(invitation.expires_at)}{by}"

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        is_over = self.invitation is not None and not self.invitation.is_open
        return "warn" if is_over else TONES[self.state]

    def sort_key(self, column: str) -> Any:
        """What the line is sorted by in that column."""
        name = (as_shown(self.name), self.name)
        if column == "role":
            return (self.roles, name)
        if column == "factor":
            return (self.second_factor, name)
        if column == "seen":
            return ((self.person.seen_at if self.person else None) or _NEVER, name)
        if column == "state":
            return (self.state_words, name)
        return name

    def matches(self, state: PeopleState) -> bool:
        """Whether the address asks for it."""
        words = as_shown(state.text)
        is_named = words in as_shown(self.name) or words in as_shown(self.email)
        return is_named and state.state in ("", self.state)

    @property
    def _invited(self) -> Invitation:
        if self.invitation is None:
            raise ValueError("neither an account nor an invitation")
        return self.invitation


class PeoplePage:
    """One page of the list."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self.state = PeopleState.from_query(query, self.problems)

    @cached_property
    def services(self) -> dict[str, str]:
        """The name of each service by its id."""
        return {str(key): name for key, name in Service.objects.values_list("pk", "name")}

    @cached_property
    def found(self) -> list[PersonRow]:
        """Everybody whom the address asks for, in its order."""
        rows = [PersonRow(person, None, roles_of(person, self.services)) for person in User.objects.all()]
        rows += [PersonRow(None, one, role_invited_for(one)) for one in open_invitations()]
        rows = [row for row in rows if row.matches(self.state)]
        column = self.state.sort.removeprefix("-")
        return sorted(rows, key=lambda row: row.sort_key(column), reverse=self.state.sort.startswith("-"))

    @cached_property
    def page_count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self.found) // self.state.page_size))

    @cached_property
    def rows(self) -> list[PersonRow]:
        """Those of this page, with their keys."""
        number = min(self.state.page_number, self.page_count)
        self.state = self.state.with_page(number)
        shown = self.found[(number - 1) * self.state.page_size : number * self.state.page_size]
        keys = keys_of([row.person for row in shown if row.person])
        for row in shown:
            row.keys = keys.get(row.person, ()) if row.person else ()
        return shown

    @property
    def pager(self) -> Pager:
        """The ways to the other pages."""
        rows = len(self.rows)
        return Pager.numbered(
            self.state,
            lambda state: state.url,
            rows=rows,
            total=len(self.found),
            page_count=self.page_count,
        )

    @property
    def headers(self) -> list[Header]:
        """The heads of the columns, which sort."""
        return [self._header(name, label) for name, label in _COLUMNS]

    @property
    def states(self) -> Mapping[str, str]:
        """The states one may ask for."""
        return STATES

    @property
    def summary(self) -> str:
        """What is read out when the rows come."""
        count = len(self.found)
        return "1 person" if count == 1 else f"{count} people"

    def _header(self, name: str, label: str) -> Header:
        column, is_descending = self.state.sort.removeprefix("-"), self.state.sort.startswith("-")
        order = ("descending" if is_descending else "ascending") if name and name == column else ""
        return Header(label, "", self.state.sorted_by(name).url if name else "", order)


def roles_of(person: User, services: Mapping[str, str]) -> str:
    """The person's roles in words: "Viewer; Admin at EU service"."""
    words = [Role(person.role).label] if person.role else []
    words += [
        f"{Role(role).label} at {services[service_id]}"
        for service_id, role in sorted(person.service_roles.items())
        if service_id in services
    ]
    return "; ".join(map(str, words)) or "No role"


def role_invited_for(invitation: Invitation) -> str:
    """The same of somebody who is invited."""
    where = f" at {invitation.service}" if invitation.service else ""
    return f"{Role(invitation.role).label}{where}"


def keys_of(people: Sequence[User]) -> dict[User, list[tuple[Connection, str]]]:
    """The keys of each of them, with the tone of what the service said to each last; never a key."""
    found: dict[User, list[tuple[Connection, str]]] = {}
    connections = Connection.objects.filter(owner__in=people).exclude(state=Connection.State.REMOVED)
    connections = connections.select_related("service", "owner").defer("service__contract", "encrypted_key")
    for connection in connections.order_by("service__name"):
        found.setdefault(connection.owner, []).append((connection, tone_of(connection)))
    return found
