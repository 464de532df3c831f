"""`manage.py create_account`: make an account for a person who signs in here."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from apps.accounts.models import Role, User
from apps.accounts.product_events import EventKind, tell
from apps.accounts.secret_input import read_secret


class Command(BaseCommand):
    """Makes one account; sign-up is closed, so this is how people come in."""

    help = (
        "Make an account. The password is read from standard input or from --password-file; "
        "with --no-password the person sets one through 'Reset password'. Nothing is mailed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the command."""
        parser.add_argument("email", metavar="EMAIL", help="email address the person signs in with")
        parser.add_argument("--role", choices=Role.values, required=True, help="what the person may do")
        parser.add_argument("--name", default="", help="name shown to others")
        password = parser.add_mutually_exclusive_group()
        password.add_argument("--password-file", metavar="FILE", help="file whose first line is the password")
        password.add_argument("--no-password", action="store_true", help="the person sets one later")
        parser.add_argument(
            "--if-missing", action="store_true", help="succeed and change nothing when the account exists"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account; raises `CommandError` (exit code 1) when it exists or a value is wrong."""
        email = options["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            if not options["if_missing"]:
                raise CommandError(f"The account {email} exists already.")
            self.stdout.write(f"The account {email} exists already; nothing changed.")
            return
        person = User(email=email, name=options["name"], role=options["role"])
        person.set_unusable_password()
        try:
            if not options["no_password"]:
                password = read_secret("password", options["password_file"], "--password-file")
                validate_password(password, person)
                person.set_password(password)
            person.full_clean()
            with transaction.atomic():
                person.save()
                tell(EventKind.PERSON_CREATED, None, subject=person, facts={"role": person.role})
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except IntegrityError as error:
            raise CommandError(f"The account {email} exists already.") from error
        self.stdout.write(self.style.SUCCESS(f"Made the account {email} ({person.get_role_display()})."))
