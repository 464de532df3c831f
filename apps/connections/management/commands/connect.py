"""`manage.py connect`: store a person's key for a service."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.accounts.secret_input import read_secret
from apps.connections.forms import KeyField
from apps.connections.keys.replacement import replace_key
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection, Service


class Command(BaseCommand):
    """Stores a key as if its owner had typed it; one that does not work replaces none that may work."""

    help = (
        "Test a person's key for a service and store it. The key is read from standard input or from "
        "--key-file. A stored key that does not work is exit code 0, unless --require-working; it is "
        "not stored, with exit code 1, where it would replace one that may work, unless --insist."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the command."""
        parser.add_argument("email", metavar="EMAIL", help="account the key belongs to")
        parser.add_argument("service", metavar="SERVICE", help="name of the service")
        parser.add_argument(
            "--auth",
            choices=Connection.Authentication.values,
            help="how the key is sent (default: api-key; to a token API bearer)",
        )
        parser.add_argument("--key-file", metavar="FILE", help="file whose first line is the key")
        parser.add_argument(
            "--insist",
            action="store_true",
            help="store a key that does not work even in place of one that may work",
        )
        outcome = parser.add_mutually_exclusive_group()
        outcome.add_argument(
            "--no-test", action="store_true", help="store the key without calling the service"
        )
        outcome.add_argument(
            "--require-working", action="store_true", help="exit code 1 when the stored key does not work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Store and test the key; raises `CommandError` when it cannot be stored."""
        owner = User.objects.filter(email__iexact=options["email"].strip()).first()
        if owner is None:
            raise CommandError(f"There is no account {options['email']}.")
        service = Service.objects.filter(name=options["service"]).first()
        if service is None:
            raise CommandError(f"There is no service {options['service']!r}.")
        authentication = options["auth"] or service.authentications[0]
        if authentication not in service.authentications:
            raise CommandError(f"--auth: {service} takes {' or '.join(service.authentications)}.")
        try:
            key = KeyField().clean(read_secret("key", options["key_file"], "--key-file"))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["no_test"]:
            save_key(owner, service, authentication, key)
            self.stdout.write(f"Saved the key of {owner.email} for {service}.")
            return
        verdict, connection = replace_key(
            owner, service, authentication, key, store_untested=options["insist"]
        )
        if connection is None:
            raise CommandError(
                f"The key was not saved: {verdict.message} The one that is stored stays; --insist replaces it."
            )
        self.stdout.write(f"Saved the key of {owner.email} for {service}.")
        self.stdout.write(f"{connection.get_state_display()}: {verdict.message}")
        if options["require_working"] and verdict.state != Connection.State.WORKS:
            raise CommandError("The key is saved, but it does not work.")
