"""The parts of an address that others wrote, read within limits."""

import re
from urllib.parse import SplitResult, urlsplit

#: No browser follows a longer address everywhere.
LONGEST_ADDRESS = 8_000
#: A host has at most 253 characters; before it may stand a name and password, behind it a port.
_LONGEST_HOST = 400
_HOST = re.compile(r"[^/?#\\]*")


def url_parts(text: str) -> SplitResult | None:
    """The parts; None for what is no address, and for one that is endless or whose host is.

    Python normalises a host's letters, which takes time by the square of their number.
    """
    host = _HOST.match(text, text.find("//") + 2)
    if len(text) > LONGEST_ADDRESS or (host and len(host[0]) > _LONGEST_HOST):
        return None
    try:
        return urlsplit(text)
    except ValueError:
        return None
