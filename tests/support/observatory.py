"""The score that MDN's HTTP Observatory gives an answer: `charts.js` of mdn/mdn-http-observatory, August 2026.

The site is taken to be scanned by https with a valid certificate, and not to be in the browsers' preload list.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

#: Bonuses count only for who loses at most so much.
_BASE_FOR_BONUSES = 90
_SIX_MONTHS = 15_552_000
_BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
_INLINE = {"'unsafe-inline'", "data:"}
_SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
_PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


@dataclass(frozen=True)
class Answer:
    """What a scanner sees: names of headers in lower case; `by_http` is where the same address leads without https."""

    headers: Mapping[str, str]
    body: str = ""
    cookies: Sequence[str] = ()
    by_http: str = "https://"
    modifiers: dict[str, int] = field(default_factory=dict)

    def score(self) -> int:
        """The score; what it is made of is in `modifiers` then."""
        self.modifiers.update(
            {
                "content-security-policy": self._policy(),
                "cookies": self._cookies(),
                "cross-origin-resource-sharing": self._sharing(),
                "redirection": 0 if self.by_http.startswith("https://") else -20,
                "referrer-policy": self._referrer(),
                "strict-transport-security": self._transport(),
                "subresource-integrity": self._integrity(),
                "x-content-type-options": 0 if self._of("x-content-type-options") == "nosniff" else -5,
                "x-frame-options": self._framing(),
                "cross-origin-resource-policy": self._one_of("resource", "same-origin", "same-site"),
                "cross-origin-embedder-policy": self._one_of("embedder", "require-corp", "credentialless"),
                "cross-origin-opener-policy": self._one_of(
                    "opener", "same-origin", "same-origin-allow-popups"
                ),
            }
        )
        base = 100 + sum(modifier for modifier in self.modifiers.values() if modifier < 0)
        return 100 + sum(self.modifiers.values()) if base >= _BASE_FOR_BONUSES else base

    def _of(self, name: str) -> str:
        return self.headers.get(name, "").strip().lower()

    def _directives(self) -> dict[str, set[str]]:
        parts = (one.split() for one in self._of("content-security-policy").split(";"))
        return {name: set(sources) for name, *sources in filter(None, parts)}

    def _policy(self) -> int:
        policy = self._directives()
        if not policy:
            return -25
        anything = {"*"}
        default = policy.get("default-src", anything)
        scripts = policy.get("script-src", default)
        styles = policy.get("style-src", default)
        if scripts & (_BROAD | _INLINE) or policy.get("object-src", default) & _BROAD:
            return -20
        if any(source.startswith(("http:", "ftp:")) for sources in policy.values() for source in sources):
            return -20
        if "'unsafe-eval'" in scripts | styles:
            return -10
        if styles & (_BROAD | _INLINE):
            return 0
        return 10 if policy.get("default-src") == {"'none'"} else 5

    def _cookies(self) -> int:
        worst = 5 if self.cookies else 0
        for text in self.cookies:
            for name, cookie in SimpleCookie(text).items():
                is_session = re.search("login|sess", name) is not None
                if not cookie["secure"]:
                    worst = min(worst, -10 if is_session else -5)
                if is_session and not cookie["httponly"]:
                    worst = min(worst, -30)
                if cookie["samesite"].lower() not in ("strict", "lax"):
                    worst = min(worst, -20 if cookie["samesite"] or "csrf" in name else 0)
        return worst

    def _sharing(self) -> int:
        allowed, credentials = (
            self._of(f"access-control-allow-{name}") for name in ("origin", "credentials")
        )
        return -50 if allowed not in ("", "*") and credentials == "true" else 0

    def _referrer(self) -> int:
        said = self._of("referrer-policy")
        return 5 if said in _PRIVATE_REFERRERS else -5 if said else 0

    def _transport(self) -> int:
        age = re.search(r"max-age=(\d+)", self._of("strict-transport-security"))
        return -20 if age is None else 0 if int(age[1]) >= _SIX_MONTHS else -10

    def _integrity(self) -> int:
        if not self._of("content-type").startswith("text/html"):
            return 0
        scripts = [found for found in _SCRIPT.findall(self.body) if re.search(r"\bsrc=", found)]
        if any(re.search(r"\bsrc=[\"']?(https?:)?//", found) for found in scripts):
            return -50
        with_integrity = [found for found in scripts if re.search(r"\bintegrity=", found)]
        return 5 if scripts and len(with_integrity) == len(scripts) else 0

    def _framing(self) -> int:
        if "frame-ancestors" in self._directives():
            return 5
        said = self._of("x-frame-options")
        return 5 if said in ("deny", "sameorigin") else -20

    def _one_of(self, name: str, *good: str) -> int:
        policy = self._of(f"cross-origin-{name}-policy")
        return 10 if policy in good else -5 if policy else 0
