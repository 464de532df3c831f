"""The first records of resources that bring their own contract: the `seed.json` beside its file."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from apps.sandbox.contract.openapi_documents import read_document
from apps.sandbox.contract.routes import Contract
from apps.sandbox.data.organisations import MAIN
from apps.sandbox.data.record_kinds import Kind
from apps.sandbox.data.seed_records import FIRST_DAY, Records
from apps.sandbox.data.store import Place

Json = dict[str, Any]
SEED = "seed.json"


def added_records(contract: Contract, files: Sequence[Path], seeded: Records) -> Records:
    """Records by place, of all the files; none where there is no seed beside one.

    They lie in every integration of the main organisation; below another record, below the first one.
    Raises ValueError, naming the file, for a seed that cannot be read.
    """
    found: Records = {}
    for file in files:
        seed = file.with_name(SEED)
        if seed.exists():
            for tag, records in _by_tag(seed, file).items():
                kind = contract.kinds.get(tag)
                if kind is None:
                    raise ValueError(f"{seed}: {file.name} has no operations of the tag {tag}")
                for place in _places(kind, contract, {**seeded, **found}):
                    found[place] = {str(record["id"]): record for record in records}
    return found


def _by_tag(seed: Path, contract: Path) -> dict[str, list[Json]]:
    try:
        content = json.loads(seed.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"{seed} is not JSON: {error}") from error
    if isinstance(content, list):
        tags = dict.fromkeys(
            tag
            for item in read_document(contract)["paths"].values()
            for operation in (item.values() if isinstance(item, dict) else ())
            if isinstance(operation, dict)
            for tag in (operation.get("tags") or [])[:1]
        )
        if len(tags) != 1:
            raise ValueError(f"{seed}: {contract.name} has several tags, so say {{tag: [records]}}")
        content = {next(iter(tags)): content}
    is_right = isinstance(content, dict) and all(
        isinstance(records, list) and all(isinstance(record, dict) for record in records)
        for records in content.values()
    )
    if not is_right:
        raise ValueError(f"{seed} holds no list of records")
    return {tag: list(_completed(records)) for tag, records in content.items()}


def _completed(records: list[Json]) -> Iterator[Json]:
    """Each with an id and dates, where it says none."""
    moment = FIRST_DAY.strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, record in enumerate(records, start=1):
        yield {
            "id": number,
            **record,
            **{name: record.get(name, moment) for name in ("created_at", "updated_at")},
        }


def _places(kind: Kind, contract: Contract, known: Records) -> Iterator[Place]:
    """Where the records of a kind lie."""
    paths: list[dict[str, str]] = [{}]
    for parameter in kind.above:
        if parameter == "integrationID":
            paths = [{**path, parameter: one.id} for path in paths for one in MAIN.integrations]
            continue
        owner = next((one for one in contract.kinds.values() if one.id_parameter == parameter), None)
        paths = [
            {**path, parameter: first}
            for path in paths
            if owner is not None and (first := _first(known, _place(owner, path)))
        ]
    yield from (_place(kind, path) for path in paths)


def _place(kind: Kind, path: dict[str, str]) -> Place:
    return (MAIN.id, kind.name, "/".join(path[name] for name in kind.above if name in path))


def _first(known: Records, place: Place) -> str:
    return next(iter(known.get(place, {})), "")
