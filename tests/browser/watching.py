"""What must not happen in any browser: errors in the console, broken policy, foreign requests, dialogs."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

# What Chromium writes for an answer with an error status,
# and after it htmx; each test says which answers those are.
_FAILED_ANSWER = re.compile(
    r"(?:Failed to load resource: the server responded with a status of|Response Status Error Code) (\d+)"
)
# What htmx writes about a request that a newer one replaced.
_REPLACED = re.compile(r"htmx:(afterRequest|sendAbort), ")


class Watch:
    """Collects the problems of contexts; `expected_statuses` are error answers that the test provokes."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.problems: list[str] = []
        self.expected_statuses: set[int] = set()
        self.is_offline_expected = False

    def attach(self, context: BrowserContext) -> None:
        """Watch everything the context's pages do."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def detach(self, context: BrowserContext) -> None:
        """Watch it no longer."""
        context.remove_listener("console", self._console)
        context.remove_listener("weberror", self._error)
        context.remove_listener("dialog", self._dialog)
        context.remove_listener("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        failed = _FAILED_ANSWER.match(message.text)
        if failed and int(failed[1]) in self.expected_statuses:
            return
        if _REPLACED.match(message.text):
            return
        if self.is_offline_expected and re.search(r"net::ERR_|htmx:sendError", message.text):
            return
        self.problems.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"uncaught: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog {dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._origin}/", "data:", "blob:")):
            self.problems.append(f"foreign request: {request.url}")
