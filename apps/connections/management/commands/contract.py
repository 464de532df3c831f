"""`manage.py contract`: compare a vendor's OpenAPI file with ours, and make it a service's contract."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.api.contract.comparison import Comparison, compare, unfillable_parameters, unknown_statements
from apps.api.contract.contract import Contract, Operation, builtin_contract
from apps.api.contract.field_names import EXTENSION
from apps.api.contract.files import read_contract_file
from apps.api.contract.openapi import ContractError
from apps.api.contract.schemas import as_mapping
from apps.api.contract.unsupported_features import unsupported_features
from apps.api.token_api import token_contract
from apps.connections.clients import builtin_contract_of
from apps.connections.models import Service

#: Exit codes of `check`.
DIFFERS, UNREADABLE = 1, 2
WIDEST_CELL = 70


class Command(BaseCommand):
    """Four actions on contracts; none asks a question, and none needs a restart."""

    help = (
        "Compare a vendor's OpenAPI 3 file (JSON or YAML) with the built-in contract, or make it the contract "
        "of one service. Operations are matched by their tag and summary."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The actions and their arguments."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        check = actions.add_parser(
            "check",
            help="show how a file differs from the built-in contract",
            description="Exit codes: 0 the same, 1 it differs, 2 the file cannot be used.",
        )
        check.add_argument("file", metavar="FILE")
        check.add_argument(
            "--kind",
            choices=Service.Kind.values,
            default=Service.Kind.INTEGR8,
            help="which built-in contract",
        )
        check.add_argument("--quiet", action="store_true", help="print no table, only exit with the code")
        use = actions.add_parser("use", help="make a file the contract of a service, at once")
        use.add_argument("file", metavar="FILE")
        for action in (check, use):
            action.add_argument(
                "--field",
                dest="fields",
                metavar="TAG.OURS=THEIRS",
                action="append",
                default=[],
                help="a field that the file calls by another word, as in Offers.advertiser_id=account; "
                "dots lead into objects; may be given several times",
            )
        show = actions.add_parser("show", help="say which contract a service uses")
        reset = actions.add_parser("reset", help="go back to the built-in contract")
        for action in (use, show, reset):
            action.add_argument("--service", metavar="NAME", required=True, help="name of the service")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the action; raises `CommandError` with a sentence, `SystemExit(1)` for a file that differs."""
        if options["action"] == "check":
            is_token = options["kind"] == Service.Kind.TOKEN
            own = token_contract() if is_token else builtin_contract()
            document = _document(own, options["file"], options["fields"], UNREADABLE)
            self._check(own, document, is_quiet=options["quiet"])
            return
        service = _service(options["service"])
        if options["action"] == "use":
            self._use(service, options["file"], options["fields"])
        elif options["action"] == "show":
            self._show(service)
        else:
            self._reset(service)

    def _check(self, own: Contract, document: dict[str, Any], *, is_quiet: bool) -> None:
        comparison = compare(own, document)
        if not is_quiet:
            self._write_problems(document)
            self._write_table(comparison)
            self._write_unmatched(comparison)
            self.stdout.write(_summary(comparison))
        if not comparison.is_same:
            sys.exit(DIFFERS)

    def _use(self, service: Service, file: str, fields: Sequence[str]) -> None:
        own = builtin_contract_of(service)
        document = _document(own, file, fields)
        comparison = compare(own, document)
        if not comparison.matched:
            raise CommandError(
                f"{file}: none of its operations has the tag and summary of one of ours. Nothing was changed."
            )
        service.replace_contract(document)
        service.save(update_fields=["contract", "contract_digest"])
        self.stdout.write(self.style.SUCCESS(f"{service.name} uses {file} from now on."))
        self._describe(own, comparison, document)

    def _show(self, service: Service) -> None:
        own = builtin_contract_of(service)
        if not service.contract_digest:
            self.stdout.write(f"{service.name} uses the built-in contract; operations: {len(own.expected)}.")
            return
        document = service.contract or {}
        info = document.get("info")
        title = f"{info.get('title', '')} {info.get('version', '')}".strip() if isinstance(info, dict) else ""
        mark = service.contract_digest[:12]
        self.stdout.write(f"{service.name} uses its own contract: {title or 'without a title'} ({mark}).")
        self._describe(own, compare(own, document), document)

    def _reset(self, service: Service) -> None:
        if not service.contract_digest:
            self.stdout.write(f"{service.name} uses the built-in contract already; nothing changed.")
            return
        service.replace_contract(None)
        service.save(update_fields=["contract", "contract_digest"])
        self.stdout.write(self.style.SUCCESS(f"{service.name} uses the built-in contract from now on."))

    def _describe(self, own: Contract, comparison: Comparison, document: dict[str, Any]) -> None:
        self.stdout.write(_summary(comparison))
        if comparison.lacking:
            self.stdout.write(f"It lacks these, and ours are used: {_names(comparison.lacking)}.")
        if comparison.added:
            self.stdout.write(f"It adds these, which no page uses: {_names(comparison.added)}.")
        self._write_unmatched(comparison)
        self._write_problems(document)
        for operation, name in unfillable_parameters(own, own.overlaid(document)):
            self.stdout.write(
                self.style.WARNING(f"{operation.id} needs {name}, which no page sends: its calls will fail.")
            )

    def _write_problems(self, document: dict[str, Any]) -> None:
        """What is read only in part, before what differs."""
        for problem in unsupported_features(document):
            self.stdout.write(self.style.WARNING(problem))

    def _write_unmatched(self, comparison: Comparison) -> None:
        for found in comparison.unmatched:
            self.stdout.write(
                f"{found.tag}: nothing in the file matches our {', '.join(found.ours)}, and it has "
                f"{', '.join(found.theirs)} besides. If one is the other's new name, say so with --field."
            )

    def _write_table(self, comparison: Comparison) -> None:
        rows = [("OPERATION", "WHAT", "OURS", "THE FILE")]
        for operation, differences in groupby(comparison.differences, key=lambda d: d.operation):
            names = [operation]
            for difference in differences:
                rows.append(
                    (names.pop() if names else "", difference.what, difference.ours, difference.theirs)
                )
        rows += [(o.id, "operation", f"{o.method} {o.path}", "") for o in comparison.lacking]
        rows += [(o.id, "operation", "", f"{o.method} {o.path}") for o in comparison.added]
        if len(rows) > 1:
            for line in _aligned(rows):
                self.stdout.write(line)
            self.stdout.write("")


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines with even columns; "–" stands for nothing, and a long text is cut."""
    cells = [
        [text if len(text) <= WIDEST_CELL else f"{text[: WIDEST_CELL - 1]}…" for text in row] for row in rows
    ]
    cells = [[first, *(text or "–" for text in rest)] for first, *rest in cells]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _summary(comparison: Comparison) -> str:
    total = len(comparison.matched) + len(comparison.lacking)
    parts = [f"{len(comparison.matched)} of our {total} operations are in the file"]
    if comparison.is_same:
        return f"{parts[0]}, and nothing differs."
    changed = len({difference.operation for difference in comparison.differences})
    parts.append(f"{changed} of them differ")
    parts.append(f"it lacks {len(comparison.lacking)} and adds {len(comparison.added)}")
    return "; ".join(parts) + "."


def _names(operations: Iterable[Operation]) -> str:
    return ", ".join(f"{operation.id} ({operation.tag}: {operation.summary})" for operation in operations)


def _document(own: Contract, file: str, fields: Sequence[str] = (), exit_code: int = 1) -> dict[str, Any]:
    """The document in a file, with what the options say of its fields' names written into it."""
    try:
        document = read_contract_file(file)
        stated = dict(_stated(option) for option in fields)
        if stated:
            document[EXTENSION] = {**as_mapping(document.get(EXTENSION)), **stated}
        problems = unknown_statements(own, document)
    except ContractError as error:
        raise CommandError(f"{file}: {error}", returncode=exit_code) from error
    if problems:
        raise CommandError(f"{file}: {'; '.join(problems)}.", returncode=exit_code)
    return document


def _stated(option: str) -> tuple[str, str]:
    place, sign, name = option.partition("=")
    tag, dot, path = place.strip().partition(".")
    if not (tag and dot and path and sign and name.strip()):
        raise ContractError(f"--field {option} is not written as TAG.OURS=THEIRS")
    return place.strip(), name.strip()


def _service(name: str) -> Service:
    service = Service.objects.filter(name=name).first()
    if service is None:
        known = ", ".join(Service.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no service {name}. Services: {known}.")
    return service
