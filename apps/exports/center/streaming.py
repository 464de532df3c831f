"""A file of the API on its way to a browser, byte for byte."""

import logging
from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from apps.api.http.downloads import Download

logger = logging.getLogger(__name__)

_PASSED_ON = {"content-length": "Content-Length", "content-encoding": "Content-Encoding"}


def streamed(opened: Download, name: str, log_name: str) -> StreamingHttpResponse:
    """The open download as an attachment of that name; the log tells how much of `log_name` was sent."""
    content_type = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/octet-stream"
    response = StreamingHttpResponse(_counted(opened, log_name), content_type=content_type)
    for theirs, ours in _PASSED_ON.items():
        if theirs in opened.headers:
            response[ours] = opened.headers[theirs]
    # Named, so that no middleware compresses the file and drops its length.
    response.setdefault("Content-Encoding", "identity")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _counted(opened: Download, log_name: str) -> Iterator[bytes]:
    """The file's bytes. One that breaks off ends the connection, so the browser sees it is not whole."""
    count = 0
    with opened:
        try:
            for chunk in opened.chunks:
                count += len(chunk)
                yield chunk
        finally:
            logger.info("%s: %s bytes sent", log_name, count)
