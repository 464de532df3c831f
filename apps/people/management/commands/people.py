"""`manage.py people`: who has access, and all that an admin decides about it, without a browser."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Role, User
from apps.accounts.roles import LastAdmin
from apps.accounts.second_factor.requirement import must_have_second_factor
from apps.connections.models import Service
from apps.people import account_state
from apps.people.forms import InviteForm
from apps.people.handing_over import NotGone, hand_over
from apps.people.invitations import CannotInvite, invite, open_invitations, send_again, withdraw
from apps.people.models import Invitation
from apps.people.rows import PeoplePage


class Command(BaseCommand):
    """The pages of `/people/` as one command: one word says what is done."""

    help = (
        "Who has access to this site: list them, invite somebody, change a role, deactivate, activate again, end "
        "sessions, require a second factor, hand over what somebody left. The last admin for all services stays one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of each of them."""
        parts = parser.add_subparsers(dest="part", required=True, metavar="WHAT")
        listed = parts.add_parser("list", help="who has access or is invited")
        listed.add_argument("--state", choices=["active", "invited", "deactivated"], default="")
        invited = parts.add_parser("invite", help="mail a link that works once, for three days")
        role = parts.add_parser("role", help="give another role")
        for part in (invited, role):
            part.add_argument("email", metavar="EMAIL")
            part.add_argument("role", choices=[*Role.values, *(["none"] if part is role else [])])
            part.add_argument("--service", metavar="NAME", help="for this service alone (default: for all)")
        invited.add_argument("--second-factor", action="store_true", help="require one of them")
        factor = parts.add_parser("require-factor", help="require a second factor, whatever the role")
        factor.add_argument("email", metavar="EMAIL")
        factor.add_argument("--no", action="store_true", help="do so no more")
        for name, words in (
            ("invite-again", "mail another link; the earlier one works no more"),
            ("withdraw", "take an invitation back"),
            ("deactivate", "close the account, end its sessions, stop what it has under way"),
            ("activate", "open the account again"),
            ("end-sessions", "sign the person out everywhere"),
            ("reset-factor", "take the second factor away of somebody who lost it"),
        ):
            parts.add_parser(name, help=words).add_argument("email", metavar="EMAIL")
        over = parts.add_parser("hand-over", help="give what a deactivated person left to somebody else")
        over.add_argument("email", metavar="EMAIL")
        over.add_argument("to", metavar="TO", help="whose key is of the same organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; raises `CommandError` (exit code 1) when it cannot be done, and nothing is changed then."""
        parts: dict[str, Callable[..., str]] = {
            "list": _list,
            "invite": _invite,
            "role": _role,
            "invite-again": _invite_again,
            "withdraw": _withdraw,
            "deactivate": _deactivate,
            "activate": _activate,
            "end-sessions": _end_sessions,
            "reset-factor": _reset_factor,
            "require-factor": _require_factor,
            "hand-over": _hand_over,
        }
        try:
            self.stdout.write(parts[options["part"]](options))
        except (CannotInvite, LastAdmin) as error:
            raise CommandError(str(error)) from error


def _list(options: dict[str, Any]) -> str:
    page = PeoplePage({"state": options["state"]})
    lines = []
    for row in page.found:
        seen = row.person.seen_at if row.person else None
        seen_words = f"{seen:%Y-%m-%d %H:%M}" if seen else "never"
        email = row.person.email if row.person else row.name
        lines.append(f"{email}\t{row.roles}\t{row.state_words}\tlast seen {seen_words}")
    return "\n".join(lines) or "Nobody."


def _invite(options: dict[str, Any]) -> str:
    service = _service(options)
    form = InviteForm({"email": options["email"], "role": options["role"], "service": service and service.pk})
    if not form.is_valid():
        raise CommandError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    is_required = options["second_factor"]
    email, role = form.cleaned_data["email"], options["role"]
    invitation = invite(email, role, service, by=None, is_second_factor_required=is_required)
    return f"{invitation.email} is mailed a link that works once, for three days."


def _role(options: dict[str, Any]) -> str:
    person, service = _person(options["email"]), _service(options)
    role = "" if options["role"] == "none" else options["role"]
    account_state.change_roles(person, [(service.pk if service else None, role)], by=None)
    return f"{person.email}: {options['role']} {f'at {service}' if service else 'for all services'}."


def _invite_again(options: dict[str, Any]) -> str:
    invitation = _invitation(options["email"])
    send_again(invitation)
    return f"{invitation.email} is mailed a new link. The earlier one works no more."


def _withdraw(options: dict[str, Any]) -> str:
    invitation = _invitation(options["email"])
    withdraw(invitation, by=None)
    return f"The invitation of {invitation.email} is withdrawn."


def _deactivate(options: dict[str, Any]) -> str:
    person = _person(options["email"])
    was_active = account_state.deactivate(person, by=None)
    return f"{person.email} {'has no access any more' if was_active else 'was deactivated already'}."


def _activate(options: dict[str, Any]) -> str:
    person = _person(options["email"])
    was_closed = account_state.reactivate(person, by=None)
    return f"{person.email} {'can sign in again' if was_closed else 'is active already'}."


def _end_sessions(options: dict[str, Any]) -> str:
    person = _person(options["email"])
    account_state.end_sessions(person, by=None)
    return f"{person.email} is signed out everywhere."


def _reset_factor(options: dict[str, Any]) -> str:
    person = _person(options["email"])
    count = account_state.reset_factor(person, by=None)
    return f"{person.email} {'has no second factor any more' if count else 'had no second factor'}."


def _require_factor(options: dict[str, Any]) -> str:
    person = _person(options["email"])
    account_state.require_factor(person, not options["no"], by=None)
    return f"{person.email} {'must have' if must_have_second_factor(person) else 'may be without'} a second factor."


def _hand_over(options: dict[str, Any]) -> str:
    person, to = _person(options["email"]), _person(options["to"])
    try:
        done = hand_over(person, to, by=None)
    except NotGone:
        raise CommandError(f"{person.email} is active, so what they have stays theirs.") from None
    given = ", ".join(part for left in done.given for part in left.parts) or "nothing"
    kept = ", ".join(f"{part} at {left.service}" for left in done.kept for part in left.parts)
    words = f"{to.email} has now: {given}."
    return f"{words} What stayed, because no key of theirs is of its organisation: {kept}." if kept else words


def _person(email: str) -> User:
    person = User.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise CommandError(f"There is no account {email}.")
    return person


def _invitation(email: str) -> Invitation:
    found = next((one for one in open_invitations() if one.email == email.strip().lower()), None)
    if found is None:
        raise CommandError(f"There is no open invitation of {email}.")
    return found


def _service(options: dict[str, Any]) -> Service | None:
    if not options["service"]:
        return None
    service = Service.objects.filter(name=options["service"]).first()
    if service is None:
        raise CommandError(f"There is no service {options['service']!r}.")
    return service
