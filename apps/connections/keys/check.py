"""Checks whether a key works with one cheap call, and stores the result beside the key."""

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.api.client import Client
from apps.api.credentials import Secret
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, NotPermitted
from apps.api.export_records import LIST_EXPORTS
from apps.api.query import ListQuery
from apps.api.token_api import list_conversions
from apps.audit.events import EventKind, record
from apps.connections.clients import client_for, client_with_key
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.check_result import KeyCheckResult, result_of_error
from apps.connections.keys.storage import event_details
from apps.connections.models import Connection, Service
from apps.connections.organisations import keep_organisation, the_organisation_of

State = Connection.State
ONE_RECORD = ListQuery(page_size=1)


def check_key(connection: Connection) -> KeyCheckResult:
    """Test the connection's key against its service and store the result, unless the key changed meanwhile.

    Costs at most four calls within the page deadline. The connection in hand is updated as well, and so is what the
    list of exports tells of the key's organisation.
    """
    result = _result_of(connection.service, lambda deadline: client_for(connection, deadline=deadline))
    store_result(connection, result)
    return result


def try_key(owner: User, service: Service, authentication: str, key: Secret) -> KeyCheckResult:
    """Test a key before anything is stored; costs as much as `check_key`."""
    identity = f"new key of {owner.pk} for {service.pk}"
    return _result_of(
        service, lambda deadline: client_with_key(service, authentication, key, identity, deadline)
    )


def store_result(connection: Connection, result: KeyCheckResult) -> None:
    """Keep what a test found beside the key that was tested; a test that said nothing of it leaves what is known."""
    if result.state == State.UNTESTED and connection.state not in (State.UNTESTED, State.UNREACHABLE):
        return
    was_refused = connection.state == State.KEY_REFUSED
    connection.state = result.state
    connection.state_message = result.message[: Connection._meta.get_field("state_message").max_length]
    connection.checked_at = timezone.now()
    is_stored = Connection.objects.filter(pk=connection.pk, version=connection.version).update(
        state=connection.state, state_message=connection.state_message, checked_at=connection.checked_at
    )
    if is_stored and connection.state == State.KEY_REFUSED and not was_refused:
        record(EventKind.KEY_REFUSED, None, **event_details(connection))
    keep_organisation(connection, result.organisation)


def _result_of(service: Service, client_within: Callable[[Deadline], Client]) -> KeyCheckResult:
    try:
        client = client_within(Deadline(settings.PAGE_DEADLINE_SECONDS))
        if service.kind == Service.Kind.TOKEN:
            return _token_result(client)
        return _first_answer(client, service)._replace(organisation=_organisation_seen(client))
    except KeyUnreadable:
        return KeyCheckResult(State.KEY_NEEDED, "The stored key cannot be read any more. Enter it again.")
    except ApiError as error:
        return result_of_error(error)


def _organisation_seen(client: Client) -> str:
    """The organisation that the key's own list of exports names. That it names none says nothing about the key."""
    try:
        return the_organisation_of(client.list(LIST_EXPORTS, query=ONE_RECORD).records)
    except ApiError:
        return ""


def _token_result(client: Client) -> KeyCheckResult:
    """A token API has one call, so that one decides."""
    if list_conversions(client).is_ready:
        return KeyCheckResult(State.WORKS, "The token works.")
    return KeyCheckResult(State.WORKS, "The token works. Its conversions are being prepared.")


def _first_answer(client: Client, service: Service) -> KeyCheckResult:
    """The first list the key may read decides; a 403 alone does not say that a key is wrong."""
    integration = service.integrations.first()
    path = {"integrationID": integration.integration_id} if integration else None
    calls: list[tuple[str, Callable[[], object]]] = [
        ("users", lambda: client.list("listUsers", query=ONE_RECORD)),
        ("advertisers", lambda: client.list("listAdvertisers", query=ONE_RECORD)),
    ]
    if path:
        calls.insert(1, ("offers", lambda: client.list("listOffers", path, ONE_RECORD)))
    refusals: list[NotPermitted] = []
    for subject, call in calls:
        try:
            call()
        except NotPermitted as error:
            if error.address_refused:
                raise
            refusals.append(error)
        else:
            limits = "" if not refusals else f" It may read {subject}, but not users."
            return KeyCheckResult(State.WORKS, f"The key works.{limits}")
    raise refusals[-1]
