"""A browser in words, from what it says of itself: "Chrome on Windows"."""

#: Names of the parser's that nobody uses.
_PLAIN_NAMES = {
    "Mobile Safari": "Safari",
    "Chrome Mobile": "Chrome",
    "Firefox Mobile": "Firefox",
    "Mac OS X": "macOS",
}
_LONGEST = 60


def device_words(user_agent: str) -> str:
    """The browser and its system, as far as they are known."""
    # Half a second and its tables, for the one page that shows sessions.
    from ua_parser import parse

    parsed = parse(user_agent)
    browser = _name(parsed.user_agent.family) if parsed.user_agent else ""
    system = _name(parsed.os.family) if parsed.os else ""
    device = parsed.device.model if parsed.device and parsed.device.brand == "Apple" else ""
    where = _name(device or "") if device and device != "Mac" else system
    if browser and where:
        return f"{browser} on {where}"
    return browser or (f"A browser on {where}" if where else "An unknown browser")


def _name(family: str) -> str:
    return _PLAIN_NAMES.get(family, family)[:_LONGEST]
