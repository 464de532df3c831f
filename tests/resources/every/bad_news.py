"""What the API does instead of answering, and what a page must make of it."""

RETRY_LATER = {"Retry-After": "30"}
#: What the API does → the status of our answer, and words on the page.
BAD_NEWS: dict[str, tuple[dict[str, object], int, str | None]] = {
    "401": ({"kind": "status", "status": 401}, 403, "Your API key was refused"),
    "403": ({"kind": "status", "status": 403}, 403, "Your API key may not do this"),
    "403 address": (
        {"kind": "status", "status": 403, "body": {"message": "IP is not whitelisted"}},
        403,
        "Allow this server's address",
    ),
    "400": ({"kind": "status", "status": 400, "body": {"errors": {"sort": ["is odd"]}}}, 400, "sort: is odd"),
    "404": ({"kind": "status", "status": 404}, 404, None),
    "410": ({"kind": "status", "status": 410}, 404, None),
    "429": (
        {"kind": "status", "status": 429, "headers": RETRY_LATER},
        429,
        "The API asks us to wait 30 seconds",
    ),
    "500": ({"kind": "status", "status": 500}, 502, "The API has a fault"),
    "HTML error": ({"kind": "html"}, 502, "The API has a fault"),
    "HTML instead of JSON": ({"kind": "html", "status": 200}, 502, "The API sent an unreadable answer"),
    "broken JSON": ({"kind": "bad_json"}, 502, "The API sent an unreadable answer"),
    "another shape": ({"kind": "wrong_shape"}, 502, "The API sent an unreadable answer"),
    "empty": ({"kind": "empty"}, 502, "The API sent an unreadable answer"),
    "redirect": (
        {"kind": "status", "status": 302, "headers": {"Location": "https://evil.example/"}},
        502,
        "The API sent an unreadable answer",
    ),
    "reset": ({"kind": "reset"}, 502, "The API has a fault"),
    "silence": ({"kind": "stall", "seconds": 20}, 502, "The API has a fault"),
}
#: One of each way to fail; the mapping from errors to pages is one for all, so the rest is tried once.
FOR_EVERY_RESOURCE = ("401", "404", "429", "another shape")
