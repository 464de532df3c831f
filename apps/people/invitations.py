"""Inviting: whom one may invite, a mail once more, taking it back, and what becomes of it when its link is opened."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import Role, User
from apps.accounts.product_events import EventKind, tell
from apps.accounts.roles import set_role
from apps.connections.models import Service
from apps.connections.organisations import organisations_of
from apps.mail.email_job import State as MailState
from apps.people.links import Named
from apps.people.models import Invitation

_OPEN = Q(accepted_at__isnull=True, withdrawn_at__isnull=True)


class CannotInvite(Exception):
    """Why nobody was invited, in words; `person` is whoever has the address, where somebody has."""

    def __init__(self, words: str, person: User | None = None) -> None:
        super().__init__(words)
        self.person = person


class Refusal(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    #: Another mail was sent after the one the link came with.
    NEWER = "newer"
    HAS_ACCOUNT = "has_account"
    DEACTIVATED = "deactivated"


class CannotJoin(Exception):
    """The link opened nothing; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def invite(
    email: str,
    role: str,
    service: Service | None = None,
    *,
    by: User | None,
    is_second_factor_required: bool = False,
    request: HttpRequest | None = None,
) -> Invitation:
    """Mail a link with which the owner of the address makes an account. Raises `CannotInvite`.

    An invitation that has expired is made anew. `by` is None for whoever runs the site.
    """
    email = email.strip().lower()
    try:
        with transaction.atomic():
            _refuse_known(email)
            there = Invitation.objects.select_for_update(of=("self",)).filter(_OPEN, email=email).first()
            if there is not None and there.is_open:
                raise CannotInvite(_already_invited(there))
            if there is not None:
                # It opens nothing any more, and makes room for this one.
                Invitation.objects.filter(pk=there.pk).update(withdrawn_at=Now(), due_at=None)
            invitation = Invitation.objects.create(
                email=email,
                role=role,
                service=service,
                is_second_factor_required=is_second_factor_required,
                organisations=_organisations(role, by),
                invited_by=by,
            )
            invitation.enqueue()
            facts = {"role": role, **({"factor_required": True} if is_second_factor_required else {})}
            _tell(EventKind.PERSON_INVITED, invitation, by, request, **facts)
    except IntegrityError as error:
        raise CannotInvite(f"{email} was invited at this very moment. Look into the list.") from error
    return invitation


def send_again(invitation: Invitation) -> bool:
    """Mail another link, which works for three days from now; the earlier one does not. False when it is closed."""
    with transaction.atomic():
        rows = Invitation.objects.filter(_OPEN, pk=invitation.pk)
        # A step that is under way loses its lease: it writes nothing over this.
        was_open = rows.update(
            state=MailState.QUEUED,
            mail_number=F("mail_number") + 1,
            invited_at=timezone.now(),
            tries=0,
            starts=0,
            error="",
            sent_at=None,
            due_at=Now(),
            lease_until=None,
            message_until=None,
            fence=F("fence") + 1,
        )
        if was_open:
            invitation.refresh_from_db()
            invitation.enqueue()
    return bool(was_open)


def withdraw(invitation: Invitation, *, by: User | None, request: HttpRequest | None = None) -> bool:
    """Take it back: its link opens nothing, and a mail that has not left does not leave. False when it is closed."""
    with transaction.atomic():
        rows = Invitation.objects.filter(_OPEN, pk=invitation.pk)
        was_open = rows.update(
            withdrawn_at=Now(), due_at=None, lease_until=None, message_until=None, fence=F("fence") + 1
        )
        if was_open:
            _tell(EventKind.INVITATION_WITHDRAWN, invitation, by, request)
    return bool(was_open)


def open_invitations() -> Sequence[Invitation]:
    """Those that nobody has taken up or taken back, expired ones too; the newest first."""
    rows = Invitation.objects.filter(_OPEN).select_related("service", "invited_by").defer("service__contract")
    here = User.objects.values("email")
    return list(rows.exclude(email__in=here))


def invitation_named(named: Named | None) -> Invitation:
    """The invitation of a link that works now. Raises `CannotJoin`."""
    rows = Invitation.objects.select_related("service", "invited_by").defer("service__contract")
    return _usable(named, rows.filter(pk=named.invitation_id).first() if named else None)


@sensitive_variables("password", "hashed")
def join(
    named: Named | None,
    *,
    name: str,
    password: str | None,
    time_zone: str,
    request: HttpRequest | None = None,
) -> User:
    """The account of whoever was invited, made once. Raises `CannotJoin`, and nothing is made then.

    One without a password is opened by the provider, which has to vouch for its address.
    """
    # Before anything is locked: it takes a third of a second, and is refused where too many want one.
    hashed = make_password(password)
    try:
        with transaction.atomic():
            rows = Invitation.objects.select_for_update(of=("self",)).select_related("invited_by")
            found = rows.filter(pk=named.invitation_id).first() if named else None
            invitation = _usable(named, found)
            person = User.objects.create(
                email=invitation.email,
                password=hashed,
                name=name,
                time_zone=time_zone,
                role="" if invitation.service_id else invitation.role,
                is_second_factor_required=invitation.is_second_factor_required,
            )
            _give_role(person, invitation)
            Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now(), due_at=None)
            _tell(EventKind.PERSON_JOINED, invitation, person, request, role=invitation.role)
    except IntegrityError as error:
        # Somebody else made the account at this moment.
        raise CannotJoin(Refusal.HAS_ACCOUNT) from error
    return person


def _usable(named: Named | None, found: Invitation | None) -> Invitation:
    if named is None or found is None:
        raise CannotJoin(Refusal.UNKNOWN)
    if found.accepted_at is not None:
        raise CannotJoin(Refusal.ACCEPTED)
    if found.is_withdrawn:
        raise CannotJoin(Refusal.WITHDRAWN)
    if named.mail_number != found.mail_number:
        raise CannotJoin(Refusal.NEWER)
    if found.is_expired:
        raise CannotJoin(Refusal.EXPIRED)
    person = User.objects.filter(email__iexact=found.email).first()
    if person is not None:
        raise CannotJoin(Refusal.HAS_ACCOUNT if person.is_active else Refusal.DEACTIVATED)
    return found


def _tell(
    kind: EventKind, invitation: Invitation, by: User | None, request: HttpRequest | None, **facts: object
) -> None:
    tell(
        kind,
        by,
        request,
        about="invitation",
        about_id=str(invitation.pk),
        title=invitation.email,
        service_id=invitation.service_id,
        facts=facts,
    )


def _give_role(person: User, invitation: Invitation) -> None:
    pairs = [(UUID(service_id), organisation) for service_id, organisation in invitation.organisations]
    set_role(person, invitation.role, invitation.service_id, organisations=pairs, is_told=False)


def _organisations(role: str, by: User | None) -> list[tuple[str, str]]:
    """Whose log an auditor is to read: the organisations that the keys of whoever invites have proved."""
    if role != Role.AUDITOR or by is None:
        return []
    return [(str(service_id), organisation) for service_id, organisation in organisations_of(by)]


def _refuse_known(email: str) -> None:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        return
    if person.is_active:
        raise CannotInvite(f"{person.email} has an account already.", person)
    raise CannotInvite(
        f"{person.email} has an account that was deactivated. Activate it again instead of inviting.", person
    )


def _already_invited(there: Invitation) -> str:
    moment = timezone.localtime(there.invited_at)
    return (
        f"{there.email} was invited on {moment:%-d %b %Y, %H:%M} already. "
        "Send that invitation again, or withdraw it first, in the list of people."
    )
