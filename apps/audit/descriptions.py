"""What is told to the log, as plain data: of a write right before it is sent, and of what came of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, NotRequired, TypedDict

from apps.accounts.models import User
from apps.audit.models import Outcome

#: So long a page's write may be open: longer than any page may take.
PAGE_TIME = timedelta(minutes=10)
#: A job's write: it is tried again for hours, and looked at after the worker was away.
JOB_TIME = timedelta(hours=24)


class Kind:
    """Usual kinds of writes; an action on a record is named by itself, as `activate`."""

    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"
    #: A change that was undone: the values before it stand there again.
    PUT_BACK = "put_back"
    DELETE = "delete"
    REQUEST = "request"


class FieldChange(TypedDict):
    """One field before and after, each as the API has it; absent where there was, or will be, no such field."""

    field: str
    before: NotRequired[Any]
    after: NotRequired[Any]


@dataclass(frozen=True)
class Origin:
    """Through which page or job a write was made."""

    PAGE: ClassVar = "page"
    JOB: ClassVar = "job"

    kind: str
    #: The page's route, or the kind of job.
    name: str
    #: The page's path, without its query.
    path: str = ""
    #: What it is one of many of: the job, or the bulk result of a page.
    batch: uuid.UUID | None = None

    @classmethod
    def page(cls, route: str, path: str) -> "Origin":
        """A page of this site."""
        return cls(cls.PAGE, route, path)

    @classmethod
    def job(cls, kind: str, job_id: uuid.UUID) -> "Origin":
        """A job of the worker."""
        return cls(cls.JOB, kind, batch=job_id)


@dataclass(frozen=True)
class WriteDescription:
    """A write that is about to be sent. Secrets in it are masked when it is written down."""

    service_id: uuid.UUID
    #: Who; None where nobody's account stands behind it any more.
    person: User | None
    origin: Origin
    connection_id: uuid.UUID | None
    #: `Connection.key_name`, never the key.
    connection_key: str
    #: The API's operation, as `updateOffer`.
    operation: str
    #: The resource's registered name, as `offers`.
    resource: str
    kind: str
    #: Parameters of the path, as `{"integrationId": "int-eu"}`.
    path: Mapping[str, str] = field(default_factory=dict)
    #: Empty for a creation.
    record_id: str = ""
    title: str = ""
    #: `Connection.organisation`: whose colleagues may see the entry.
    organisation: str = ""
    changes: Sequence[FieldChange] = ()
    #: What is sent.
    body: Any = None
    #: Names of fields that the contract calls secret, at whatever depth.
    secret_names: frozenset[str] = frozenset()
    #: After so long without a closing the outcome counts as not known.
    time: timedelta = PAGE_TIME
    #: The entry's own id, for who wrote it down before; None for a new one.
    entry_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Closing:
    """What came of a write."""

    outcome: Outcome
    #: What the API said, or why it was not asked.
    words: str = ""
    api_status: int | None = None
    request_id: str = ""
    #: How often it was sent; None where nobody counted.
    tries: int | None = None
    #: Of a creation: the id of what was made.
    record_id: str = ""


def field_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields that differ, in value or in type, by name. A field that one side lacks has no such side."""
    changes: list[FieldChange] = []
    for name in sorted(before.keys() | after.keys()):
        if name in before and name in after and is_same(before[name], after[name]):
            continue
        change = FieldChange(field=name)
        if name in before:
            change["before"] = before[name]
        if name in after:
            change["after"] = after[name]
        changes.append(change)
    return changes


def is_same(one: object, other: object) -> bool:
    """Whether two values of the API are equal in type too: 1 is neither true, nor 1.0, nor "1"."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other
