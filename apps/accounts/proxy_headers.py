"""Which header fields proxies add: how a request that came through one is known, trusted or not."""

import re

#: The entry of an environ that our web server sets when it left such a field out, because no proxy is believed.
THROUGH_PROXY = "integr8admin.through_proxy"
#: What proxies, balancers and content networks add; no browser sends any of it.
_PROXY_HEADER = re.compile(
    r"forwarded|client-?ip|real-?ip|connecting-ip|remote-?(?:addr|ip|user)|user-?ip|external-address|cluster-client"
    r"|^(?:via|cdn-loop|cf-|x-arr-|x-envoy-|x-amzn?-|x-amz-cf-|x-azure-|x-appengine-|x-cloud-trace|x-proxy|tailscale-)"
)


def is_proxy_header(name: str) -> bool:
    """Whether a header field is one that proxies add, with `_` for `-` too: other readers take them for the same."""
    return _PROXY_HEADER.search(name.lower().replace("_", "-")) is not None
