"""Reads records of exports (status, artifact, signed URL). Tolerant: any field may be missing or odd.

The reference shows neither the finished state nor the artifact's fields: "COMPLETED" is the vendor's user
documentation's word, `artifact.name` is an assumption; both live here alone.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

#: The download center's operations, named here alone.
LIST_EXPORTS = "listExports"
GET_EXPORT = "getExport"
DELETE_EXPORT = "deleteExport"
GET_FILE_ADDRESS = "getExportUrl"
GET_SHARED_FILE_ADDRESS = "getSharedExportUrl"


class Meaning(Enum):
    """What a status of an export means."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELED = "canceled"


#: The statuses there are, in capitals; any other one says nothing.
_MEANINGS = {
    "PENDING": Meaning.QUEUED,
    "IN_PROGRESS": Meaning.RUNNING,
    "COMPLETED": Meaning.FINISHED,
    "ERROR": Meaning.FAILED,
    "FAILED": Meaning.FAILED,
    "CANCELED": Meaning.CANCELED,
    "CANCELLED": Meaning.CANCELED,
}


def meaning_of(status: str) -> Meaning | None:
    """What a status in capitals means; None for one we do not know."""
    return _MEANINGS.get(status)


def export_id(answer: object) -> str:
    """The id of an export in a record or an answer, bare or within `data`; "" when it has none."""
    for frame in (answer, answer.get("data") if isinstance(answer, Mapping) else None):
        if isinstance(frame, Mapping):
            for name in ("created_item_id", "id", "export_id"):
                value = frame.get(name)
                if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
                    return str(value)
    return ""


def is_finished(export: Mapping[str, Any]) -> bool:
    """True when the file can be downloaded: status COMPLETED, or a named artifact without an error."""
    if has_failed(export):
        return False
    says_so = meaning_of(status(export)) is Meaning.FINISHED
    return says_so or (artifact_name(export) is not None and not _error(export))


def has_failed(export: Mapping[str, Any]) -> bool:
    """True when the export will never have a file: status ERROR or CANCELED."""
    return meaning_of(status(export)) in (Meaning.FAILED, Meaning.CANCELED)


def was_canceled(export: Mapping[str, Any]) -> bool:
    """True when somebody canceled it at the API: it did not fail, and will have no file."""
    return meaning_of(status(export)) is Meaning.CANCELED


def status(export: Mapping[str, Any]) -> str:
    """The export's status in capitals, or an empty text."""
    value = export.get("status")
    return value.strip().upper() if isinstance(value, str) else ""


def artifact_name(export: Mapping[str, Any]) -> str | None:
    """The name that asks for the file's signed URL, or None while there is no file."""
    artifact = export.get("artifact")
    name = artifact.get("name") if isinstance(artifact, Mapping) else artifact
    return name if isinstance(name, str) and name else None


def signed_url(answer: object) -> str | None:
    """The download address in an answer: `{"url": …}`, perhaps wrapped in `data`; None when there is none."""
    for _ in range(2):
        if isinstance(answer, Mapping):
            address = answer.get("url")
            if isinstance(address, str) and address:
                return address
            answer = answer.get("data")
    return answer if isinstance(answer, str) and answer else None


def _error(export: Mapping[str, Any]) -> bool:
    return bool(export.get("error"))
