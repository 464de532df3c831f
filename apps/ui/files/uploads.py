"""Files in forms: taken in by the views that say so, and dropped everywhere else."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.urls import Resolver404, resolve

_TAKES_FILE = "takes_file"
_View = TypeVar("_View", bound=Callable[..., Any])


def takes_file(view: _View) -> _View:
    """Let the view's form send a file. How large its requests may be stands in `integr8admin/serving/limits.py`."""
    setattr(view, _TAKES_FILE, True)
    return view


class WantedFileHandler(MemoryFileUploadHandler):
    """Keeps a file in memory where its view takes one; whatever else comes as a file is dropped."""

    def handle_raw_input(self, *arguments: Any, **options: Any) -> None:
        """Decide by the view that the request is for."""
        try:
            view = resolve(self.request.path_info).func if self.request else None
        except Resolver404:
            view = None
        self.activated = bool(getattr(view, _TAKES_FILE, False))
