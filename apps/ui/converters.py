"""Ids of records in addresses: whatever an id holds, it stays one segment of the path."""

from urllib.parse import quote, unquote

from django.urls import register_converter


class RecordIdConverter:
    """An id as a path segment. What would split or shorten the path is escaped once more than usual."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The id. Raises `ValueError`, which is "not found", for one that no database can look up."""
        if "\0" in (record_id := unquote(value)):
            raise ValueError("an id holds no NUL")
        return record_id

    def to_url(self, value: str) -> str:
        """The id as a segment, before the usual escaping of addresses."""
        escaped = str(value).replace("%", "%25").replace("/", "%2F").replace("\\", "%5C")
        return escaped.replace(".", "%2E") if escaped in (".", "..") else escaped


def segment(record_id: str) -> str:
    """The id as it stands in an address."""
    return quote(RecordIdConverter().to_url(record_id), safe="")


register_converter(RecordIdConverter, "record")
