"""`manage.py add_service`: register a remote API and its integrations."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.api.contract.files import read_contract_file
from apps.api.contract.openapi import ContractError
from apps.api.http.allowed_hosts import check_base_url
from apps.connections.models import Integration, Service
from apps.connections.service_events import record_service


class Command(BaseCommand):
    """Adds one service; people then connect to it with their own keys."""

    help = "Register a service: where the API is, of which kind, and which integrations it has."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the command."""
        parser.add_argument("name", metavar="NAME", help="name people know the service by")
        parser.add_argument("--kind", choices=Service.Kind.values, required=True, help="which API it speaks")
        parser.add_argument(
            "--base-url",
            metavar="URL",
            required=True,
            help="address all paths start from, on an allowed host",
        )
        parser.add_argument(
            "--integration",
            metavar="ID=LABEL",
            action="append",
            default=[],
            help="an integration: its id in the API and its label; repeat for each",
        )
        parser.add_argument(
            "--contract", metavar="FILE", help="the vendor's own OpenAPI 3 document (JSON or YAML)"
        )
        parser.add_argument(
            "--if-missing", action="store_true", help="succeed and change nothing when the service exists"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the service; raises `CommandError` (exit code 1) when it exists or a value is wrong."""
        name = options["name"].strip()
        if Service.objects.filter(name=name).exists():
            if not options["if_missing"]:
                raise CommandError(f"The service {name} exists already.")
            self.stdout.write(f"The service {name} exists already; nothing changed.")
            return
        integrations = [_integration(text) for text in options["integration"]]
        service = Service(name=name, kind=options["kind"], base_url=_base_url(options["base_url"]))
        if options["contract"]:
            service.replace_contract(_contract_document(options["contract"]))
        try:
            with transaction.atomic():
                service.full_clean()
                service.save()
                for integration in integrations:
                    integration.service = service
                    integration.full_clean()
                    integration.save()
                record_service(service, None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            self.style.SUCCESS(
                f"Added the service {name} at {service.base_url}, integrations: {len(integrations)}."
            )
        )


def _integration(text: str) -> Integration:
    integration_id, separator, label = (part.strip() for part in text.partition("="))
    if not (integration_id and separator and label):
        raise CommandError(f"--integration {text!r} is not ID=LABEL.")
    return Integration(integration_id=integration_id, label=label)


def _base_url(text: str) -> str:
    try:
        return check_base_url(text, settings.API_ALLOWED_HOSTS, settings.UNENCRYPTED_HOSTS)
    except ValueError as error:
        raise CommandError(f"--base-url: {error}") from error


def _contract_document(path: str) -> dict[str, object]:
    try:
        return read_contract_file(path)
    except ContractError as error:
        raise CommandError(f"--contract {path}: {error}") from error
