"""Whether a stored key works: one cheap, safe call, and a plain answer kept beside the key."""

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
from apps.connections.clients import client_for, client_with_key
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.check_result import Verdict, verdict_from
from apps.connections.models import Connection, Service
from apps.connections.organisations import keep_organisation, the_organisation_of

State = Connection.State
ONE_RECORD = ListQuery(page_size=1)


def check_key(connection: Connection) -> Verdict:
    """Test the connection's key against its service and store the verdict, unless the key changed meanwhile.

    Costs at most four calls within the page deadline. The connection in hand is updated as well, and so is what the
    list of exports tells of the key's organisation.
    """
    verdict = _verdict_of(connection.service, lambda deadline: client_for(connection, deadline=deadline))
    note_verdict(connection, verdict)
    return verdict


def try_key(owner: User, service: Service, authentication: str, key: Secret) -> Verdict:
    """Test a key before anything is stored; costs as much as `check_key`."""
    identity = f"new key of {owner.pk} for {service.pk}"
    return _verdict_of(
        service, lambda deadline: client_with_key(service, authentication, key, identity, deadline)
    )


def note_verdict(connection: Connection, verdict: Verdict) -> None:
    """Keep what a test found beside the key that was tested."""
    connection.state = verdict.state
    connection.state_message = verdict.message[: Connection._meta.get_field("state_message").max_length]
    connection.checked_at = timezone.now()
    Connection.objects.filter(pk=connection.pk, version=connection.version).update(
        state=connection.state, state_message=connection.state_message, checked_at=connection.checked_at
    )
    keep_organisation(connection, verdict.organisation)


def _verdict_of(service: Service, client_within: Callable[[Deadline], Client]) -> Verdict:
    try:
        client = client_within(Deadline(settings.PAGE_DEADLINE_SECONDS))
        if service.kind == Service.Kind.TOKEN:
            return _verdict_on_token(client)
        return _first_answer(client, service)._replace(organisation=_organisation_seen(client))
    except KeyUnreadable:
        return Verdict(State.KEY_NEEDED, "The stored key cannot be read any more. Enter it again.")
    except ApiError as error:
        return verdict_from(error)


def _organisation_seen(client: Client) -> str:
    """The organisation that the key's own list of exports names. That it names none says nothing about the key."""
    try:
        return the_organisation_of(client.list(LIST_EXPORTS, query=ONE_RECORD).records)
    except ApiError:
        return ""


def _verdict_on_token(client: Client) -> Verdict:
    """A token API has one call, so that one decides."""
    if list_conversions(client).is_ready:
        return Verdict(State.WORKS, "The token works.")
    return Verdict(State.WORKS, "The token works. Its conversions are being prepared.")


def _first_answer(client: Client, service: Service) -> Verdict:
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
            return Verdict(State.WORKS, f"The key works.{limits}")
    raise refusals[-1]
