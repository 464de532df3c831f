"""Query strings of links."""

from collections.abc import Sequence
from urllib.parse import urlencode


def query_string(parameters: Sequence[tuple[str, str]]) -> str:
    """Parameters as a query string with its question mark, legible where that is safe."""
    return "?" + urlencode(parameters, safe="[],:@/")
