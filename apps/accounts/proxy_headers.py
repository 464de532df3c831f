"""How a request that came through a proxy is known, whether or not the proxy is believed."""

import re

#: The entry of an environ that our web server sets when it left such a field out, because no proxy is believed.
THROUGH_PROXY = "integr8admin.through_proxy"
#: What proxies, balancers and content networks add; no browser sends any of it.
_OF_PROXY = re.compile(
    r"forwarded|client-?ip|real-?ip|connecting-ip|remote-?(?:addr|ip|user)|user-?ip|external-address|cluster-client"
    r"|^(?:via|cdn-loop|cf-|x-arr-|x-envoy-|x-amzn?-|x-amz-cf-|x-azure-|x-appengine-|x-cloud-trace|x-proxy|tailscale-)"
)


def is_of_proxy(name: str) -> bool:
    """Whether a header field is one that proxies add, with `_` for `-` too: other readers take them for the same."""
    return _OF_PROXY.search(name.lower().replace("_", "-")) is not None
