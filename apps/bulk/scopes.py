"""The way to the API of a run's owner, as long as they may do this and have a key."""

from apps.accounts.policy import Capability, why_ended
from apps.api.client import JOB
from apps.audit.descriptions import Origin
from apps.bulk.models import BulkRun
from apps.connections.clients import KeyUnreadable, NoConnection, connection_for_service
from apps.connections.exceptions import NO_KEY
from apps.connections.models import Connection
from apps.resources.scope import Scope
from apps.resources.writes.writer import Writer

#: All calls of one part of a step together; a step reads, sends and reads back.
CALLS_SECONDS = 8
ORIGIN = "bulk"
OTHER_ORGANISATION = (
    "The key that is stored now is not known to be of the organisation of these records. Store one that is."
)


class CannotGoOn(Exception):
    """A person has to do something first; the text says what is wrong. `is_final` where nothing can be done."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.is_final = is_final


def is_of_same_organisation(run: BulkRun, connection: Connection) -> bool:
    """Whether the key sees the run's records, as far as is known: another organisation may have the same ids."""
    return run.organisation in ("", connection.organisation)


def writer_for(run: BulkRun) -> Writer:
    """What the run's steps change records by, with its owner's key as it is now. Raises `CannotGoOn`."""
    if ended := why_ended(run.owner, Capability.ACT_IN_BULK, run.service_id):
        raise CannotGoOn(ended, is_final=True)
    try:
        resource = run.resource_declaration
        connection = connection_for_service(run.owner, run.service)
        if not is_of_same_organisation(run, connection):
            raise CannotGoOn(OTHER_ORGANISATION)
        scope = Scope.through(connection, resource, run.path, profile=JOB, seconds=CALLS_SECONDS)
    except LookupError as error:
        raise CannotGoOn(f"There are no {run.resource} here any more.", is_final=True) from error
    except NoConnection as error:
        raise CannotGoOn(NO_KEY) from error
    except KeyUnreadable as error:
        raise CannotGoOn("The stored key cannot be read. Enter it again.") from error
    return Writer(scope, run.owner, Origin.job(ORIGIN, run.pk))
