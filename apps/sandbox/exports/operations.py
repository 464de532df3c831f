"""The operations on exports: create, list, get, delete, the signed URL, and the download of the file."""

import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from apps.sandbox.contract.routes import Match
from apps.sandbox.contract.validation import Query
from apps.sandbox.data.filtering import page_of
from apps.sandbox.data.organisations import MAIN, ORGANISATIONS
from apps.sandbox.data.store import Place, Seed, Store
from apps.sandbox.errors import Refused, not_found
from apps.sandbox.exports import download_center
from apps.sandbox.http_messages import Answer, Request, Settings
from apps.sandbox.keys import Caller
from apps.sandbox.reports.row_stream import Stream

Json = dict[str, Any]


class ExportOperations:
    """Answers the calls about exports from the store; `settings` gives the settings of this moment."""

    def __init__(self, store: Store, settings: Callable[[], Settings], secret_file: Path) -> None:
        self._store = store
        self._settings = settings
        self.url_secret = _kept_secret(secret_file)

    def create(self, caller: Caller, stream: Stream, query: Query) -> tuple[Json, str]:
        """Create an export of the stream: the answer, and what was changed. Raises `Refused` 400 or 429."""
        organisation, now, settings = caller.organisation.id, time.time(), self._settings()
        with self._store.lock:
            number = self._store.next_number(organisation, "export-log")
            timing = download_center.timing_of(settings, number)
            export = download_center.new_export(number, caller, stream, query, timing, now)
            log: Place = (organisation, "export-log", "")
            made = [entry["made"] for entry in self._store.records(log)]
            download_center.check_quota(made, int(settings.exports_per_day), now)
            self._store.write(
                [((organisation, "exports", ""), export["id"], export), (log, str(number), {"made": now})]
            )
        form = int(settings.export_record_form)
        return download_center.as_created(export, now, form), f"created exports {export['id']}"

    def answer(self, caller: Caller, match: Match, query: Query) -> tuple[Json | None, str | None]:
        """List, get or delete exports: the answer, and what was changed. Raises `Refused` 404 for no such export."""
        place: Place = (caller.organisation.id, "exports", "")
        now, settings = time.time(), self._settings()
        form = int(settings.export_record_form)
        if match.operation.role == "list":
            visible = now - settings.hide_new_exports_seconds
            kept = [
                one
                for one in reversed(self._store.records(place))
                if one["_made"] <= visible and not one.get("_hidden")
            ]
            return page_of((download_center.as_shown(one, now, form) for one in kept), query), None
        identity = match.path["exportID"]
        with self._store.lock:
            export = self._store.get(place, identity)
            if export is None:
                raise not_found("The export")
            if match.operation.role == "get":
                return {"data": download_center.as_shown(export, now, form)}, None
            self._store.write([(place, identity, None)])
        return None, f"deleted exports {identity}"

    def signed_url(self, caller: Caller | None, query: Query, base_url: str) -> str:
        """The signed URL of a file, for a key or a guest token. Raises `Refused` 401 or 404."""
        name = query.values["artifact_name"]
        token = query.values.get("token")
        if caller is None and token is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "A guest token is needed.")
        export = self._finished_export(name, caller.organisation.id if caller else None)
        if caller is None and not secrets.compare_digest(export["guest_token"].encode(), str(token).encode()):
            raise not_found("The file")
        expires = int(time.time() + self._settings().signed_url_seconds)
        return download_center.signed_url(base_url, self.url_secret, name, expires)

    def file(self, request: Request) -> Answer:
        """The file at a signed URL. Raises `Refused` 403, 404 or 405."""
        if request.method not in ("GET", "HEAD"):
            raise Refused(
                HTTPStatus.METHOD_NOT_ALLOWED, "Files are only read.", headers={"Allow": "GET, HEAD"}
            )
        name = unquote(request.path.removeprefix("/files/"))
        download_center.check_signature(self.url_secret, name, dict(request.query), time.time())
        export = self._finished_export(name)
        headers = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return Answer(HTTPStatus.OK, headers=headers, chunks=download_center.csv_chunks(export))

    def _finished_export(self, file_name: str, organisation: str | None = None) -> Json:
        now = time.time()
        for identity in [organisation] if organisation else ORGANISATIONS:
            for export in self._store.records((identity, "exports", "")):
                is_finished = download_center.as_shown(export, now)["status"] == "COMPLETED"
                if export["_file"] == file_name and is_finished:
                    return export
        raise not_found("The file")


def with_past_exports(seeded: Seed, origin: float) -> Seed:
    """The seeded records and the exports made before `origin` (seconds since 1970), with their entries in the log."""
    past = {export["id"]: export for export in download_center.past_exports(origin)}
    log = {str(number): {"made": export["_made"]} for number, export in enumerate(past.values(), start=1)}
    return {**seeded, (MAIN.id, "exports", ""): past, (MAIN.id, "export-log", ""): log}


def _kept_secret(path: Path) -> bytes:
    """The random text in the file, which is made when it is not there yet."""
    if not path.exists():
        path.write_text(secrets.token_hex(32), encoding="ascii")
        path.chmod(0o600)
    return path.read_bytes()
