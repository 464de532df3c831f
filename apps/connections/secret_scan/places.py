"""Where secrets may have got to: every value of the database (the queue's too) and of the cache, and files."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

_ROWS_AT_ONCE = 500
#: Where the embedded form keeps its own secrets, readable by the system's user alone.
_OWN_SECRETS = ("secret_key", "api_key_ring")


def database_values() -> Iterator[tuple[str, bytes]]:
    """Each value of each table, with the name of its column."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    for table in tables:
        with connection.cursor() as cursor:
            # The name is the database's own.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # nosec B608
            columns = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                for row in rows:
                    for column, value in zip(columns, row, strict=True):
                        if isinstance(value, bytes | memoryview):
                            yield f"{table}.{column}", bytes(value)
                        elif isinstance(value, str):
                            yield f"{table}.{column}", value.encode()
                        elif isinstance(value, dict | list):
                            yield f"{table}.{column}", repr(value).encode()


def cache_entries() -> Iterator[tuple[str, bytes]]:
    """Each entry of the cache as it is kept, with its key where that is known."""
    location = str(settings.CACHES["default"]["LOCATION"])
    if urlsplit(location).scheme:
        import redis

        server = redis.Redis.from_url(location)
        for number, key in enumerate(server.scan_iter(), start=1):
            yield f"the key of cache entry {number}", bytes(key)
            if server.type(key) == b"string" and (value := server.get(key)) is not None:
                yield f"cache entry {number}", bytes(value)  # type: ignore[arg-type]
        return
    yield from files(Path(location))


def files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The content of a file, or of each below a directory, and its name: that may hold something too."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file() and file.name not in _OWN_SECRETS:
            yield str(file), file.name.encode() + b"\n" + file.read_bytes()
            yield str(file), file.read_bytes()
