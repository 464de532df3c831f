"""What the site writes into its log during a test."""

import io
import logging
from collections.abc import Iterator

import pytest

from apps.api.redaction import RedactingFormatter


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All log records of the test, as the site writes them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
