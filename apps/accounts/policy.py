"""Who may do what: one table of what can be done and the roles that may. Routes, pages and workers ask it."""

from collections.abc import Mapping, Set
from enum import StrEnum
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from apps.accounts.models import ACCOUNT_CLOSED, Role, User

#: Whoever a request comes from.
Person = AbstractBaseUser | AnonymousUser
#: A service, of which nothing is known down here but its id.
ServiceId = UUID | str


class Capability(StrEnum):
    """Something that can be done here. Its value is the name under which templates ask for it (`may.edit`)."""

    #: Without signing in: the sign-in pages themselves, and what a secret in the address opens.
    ANYBODY = "anybody"
    #: Own preferences and password.
    OWN_ACCOUNT = "own_account"
    #: Own second factor, and showing that it is oneself: open also to somebody who must set one up first.
    OWN_SECOND_FACTOR = "own_second_factor"
    #: Store, test, replace and remove one's own keys: without one nothing can be read.
    OWN_KEYS = "own_keys"
    READ = "read"
    DOWNLOAD = "download"
    LOOK_INSIDE = "look_inside"
    #: Have a long list made into a file in the background; short ones are a DOWNLOAD.
    MAKE_LIST_FILES = "make_list_files"
    CREATE = "create"
    #: Also the actions on one record that can be taken back, such as *Deactivate*.
    EDIT = "edit"
    ARCHIVE = "archive"
    #: Ask the API for an export, cancel it, delete it: one's own.
    EXPORT = "export"
    SCHEDULE = "schedule"
    #: Links for people without an account: make them, see who opened them, revoke them: one's own.
    SHARE = "share"
    ACT_IN_BULK = "act_in_bulk"
    DELETE_EXPORTS_OF_OTHERS = "delete_exports_of_others"
    #: See and revoke every link of one's organisation.
    OVERSEE_SHARES = "oversee_shares"
    #: Give a saved view to the people of one's organisation.
    SHARE_VIEWS = "share_views"
    #: Set the columns of a list for everybody, and delete views that others gave to the organisation.
    MANAGE_LISTS = "manage_lists"
    MANAGE_SERVICES = "manage_services"
    #: The pages of the change log.
    READ_LOG = "read_log"
    #: Columns, saved views and stars: one's own.
    ARRANGE_LISTS = "arrange_lists"
    #: Who has access to this site, in which role.
    SEE_PEOPLE = "see_people"
    #: Invite people, change their roles, deactivate them, end their sessions.
    MANAGE_PEOPLE = "manage_people"


_ALL = frozenset(Role)
_READERS = frozenset({Role.VIEWER, Role.MANAGER, Role.ADMIN})
_MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

#: The policy. A person whose account is closed may do nothing, whatever their role.
ROLES_THAT_MAY: Mapping[Capability, Set[Role]] = {
    Capability.ANYBODY: _ALL,
    Capability.OWN_ACCOUNT: _ALL,
    Capability.OWN_SECOND_FACTOR: _ALL,
    Capability.OWN_KEYS: _READERS,
    Capability.READ: _READERS,
    Capability.DOWNLOAD: _READERS,
    Capability.LOOK_INSIDE: _READERS,
    Capability.MAKE_LIST_FILES: _READERS,
    Capability.CREATE: _MANAGERS,
    Capability.EDIT: _MANAGERS,
    Capability.ARCHIVE: _MANAGERS,
    Capability.EXPORT: _MANAGERS,
    Capability.SCHEDULE: _MANAGERS,
    Capability.SHARE: _MANAGERS,
    Capability.ACT_IN_BULK: _ADMINS,
    Capability.DELETE_EXPORTS_OF_OTHERS: _ADMINS,
    Capability.OVERSEE_SHARES: _ADMINS,
    Capability.SHARE_VIEWS: _MANAGERS,
    Capability.MANAGE_LISTS: _ADMINS,
    Capability.MANAGE_SERVICES: _ADMINS,
    Capability.READ_LOG: _ALL,
    Capability.ARRANGE_LISTS: _READERS,
    Capability.SEE_PEOPLE: frozenset({Role.AUDITOR, Role.ADMIN}),
    Capability.MANAGE_PEOPLE: _ADMINS,
}
#: What is no single service's: it takes the role for all of them.
OF_THE_SITE = frozenset({Capability.MANAGE_SERVICES, Capability.SEE_PEOPLE, Capability.MANAGE_PEOPLE})
#: What everybody with an account may do, in no role too.
OF_EVERYBODY = frozenset({Capability.OWN_ACCOUNT, Capability.OWN_SECOND_FACTOR})


class RoleNeeded(PermissionDenied):
    """Somebody asked for what their role does not let them do; the text says which roles may."""

    def __init__(self, person: Person, capability: Capability, service: ServiceId | None = None) -> None:
        if isinstance(person, User):
            needed, role = roles_words(capability), _highest_role(person, service)
            yours = f"you are signed in as {_with_article(role)}" if role else "you have no role here"
            words = f"{needed[0].upper()}{needed[1:]} may do this; {yours}."
        else:
            words = "Sign in first."
        super().__init__(words)


def may(person: Person, capability: Capability, service: ServiceId | None = None) -> bool:
    """Whether the person may do it now, at that service or, without one, at all services alike.

    A role for one service is added to the role for all. The API may still refuse it to their key.
    """
    if capability is Capability.ANYBODY:
        return True
    if not (isinstance(person, User) and person.is_active):
        return False
    if capability in OF_EVERYBODY or person.role in ROLES_THAT_MAY[capability]:
        return True
    if service is None or capability in OF_THE_SITE:
        return False
    return person.service_roles.get(str(service)) in ROLES_THAT_MAY[capability]


def may_anywhere(person: Person, capability: Capability) -> bool:
    """Whether there is a service at which the person may do it: for pages that belong to none of them."""
    return services_where(person, capability) != []


def services_where(person: Person, capability: Capability) -> list[str] | None:
    """The ids of the services at which the person may do it; None for all there are."""
    if may(person, capability):
        return None
    given = person.service_roles if isinstance(person, User) else {}
    return [service for service in given if may(person, capability, service)]


def has_role(person: Person, service: ServiceId) -> bool:
    """Whether the person has any role at the service; to whoever has none, nothing of it is there."""
    return may(person, Capability.READ_LOG, service)


def roles_words(capability: Capability) -> str:
    """The roles that may do it, within a sentence: "a viewer, an account manager or an admin"."""
    *others, last = [_with_article(role) for role in Role if role in ROLES_THAT_MAY[capability]]
    return f"{', '.join(others)} or {last}" if others else last


def why_ended(owner: User, capability: Capability, service: ServiceId) -> str:
    """Why what the owner asked for earlier is not gone on with, in a sentence; "" while they still may do it."""
    if may(owner, capability, service):
        return ""
    if not owner.is_active:
        return ACCOUNT_CLOSED
    return f"Its owner's role does not allow it any more: it takes {roles_words(capability)}."


def demand(person: Person, capability: Capability, service: ServiceId | None = None) -> None:
    """Raise `RoleNeeded` where the person may not do it at that service; without one, at no service whatever."""
    is_allowed = may(person, capability, service) if service else may_anywhere(person, capability)
    if not is_allowed:
        raise RoleNeeded(person, capability, service)


class Permissions:
    """What one person may do at a service, for templates: `{% if may.edit %}`; without one, at any service."""

    def __init__(self, person: Person, service: ServiceId | None = None) -> None:
        self._person = person
        self._service = service

    def __getitem__(self, name: str) -> bool:
        """Whether the person has the capability of that name. Raises `KeyError` when there is none."""
        try:
            capability = Capability(name)
        except ValueError as error:
            raise KeyError(name) from error
        if self._service is None:
            return may_anywhere(self._person, capability)
        return may(self._person, capability, self._service)

    def at(self, service: ServiceId) -> "Permissions":
        """The same at another service."""
        return Permissions(self._person, service)

    def at_any(self) -> "Permissions":
        """The same at any service."""
        return Permissions(self._person)


def _highest_role(person: User, service: ServiceId | None) -> str:
    given = [person.service_roles.get(str(service), "")] if service else [*person.service_roles.values()]
    known = [role for role in Role if role in (person.role, *given)]
    return known[-1] if known else ""


def _with_article(role: str) -> str:
    words = Role(role).label.lower()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
