"""How a request that came through a proxy is known, whether or not the proxy is believed."""

#: Names, in lower case, of what proxies add to a request; those that end with `-` begin one.
PROXY_FIELDS = (
    "x-forwarded-",
    "x-real-ip",
    "forwarded",
    "via",
    "x-client-ip",
    "cf-connecting-ip",
    "true-client-ip",
)
#: The entry of an environ that our web server sets when it left such a field out, because no proxy is believed.
THROUGH_PROXY = "integr8admin.through_proxy"


def is_of_proxy(name: str) -> bool:
    """Whether a header field is one that proxies add, with `_` for `-` too: other readers take them for the same."""
    return name.lower().replace("_", "-").startswith(PROXY_FIELDS)
