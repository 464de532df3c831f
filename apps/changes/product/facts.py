"""What is kept besides of an event, in the words that people read: its names and values are the program's own."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat

from apps.accounts.models import Role
from apps.ui.values import label_of, shortened, time_text

_LONGEST = 200
#: The name of each fact that is not itself such a name, in the order in which they are read. "" is not shown: the row
#: tells it elsewhere, or it is kept for the next comparison.
LABELS: Mapping[str, str] = {
    "ways": "With",
    "way": "With",
    "factor": "Second factor",
    "made_anew": "Made anew",
    "new_browser": "New browser",
    "role": "Role",
    "factor_required": "Second factor required",
    "before": "Before",
    "after": "After",
    "by": "By",
    "reason": "Why",
    "which": "Sessions",
    "what": "What",
    "from": "From",
    "start": "From",
    "to": "To",
    "end": "To",
    "integration": "Integration",
    "integrations": "Integrations",
    "label": "",
    "export": "Export",
    "schedule": "Schedule",
    "expires_at": "Works until",
    "size_bytes": "Size",
    "kept_until": "Kept until",
    "stored": "Stored",
    "changed": "Settings",
    "page": "Page",
    "lines": "Lines",
    "from_many": "From many addresses",
    "since": "Since",
    "until": "Until",
    "service": "",
    "settings": "",
}
_ORDER = list(LABELS)
_TIMES = frozenset({"expires_at", "kept_until", "since", "until"})
_ROLES = {role.value: str(role.label) for role in Role} | {"": "none"}
_WAYS = {
    "password": "password",
    "mfa:totp": "code app",
    "mfa:webauthn": "passkey",
    "mfa:recovery_codes": "recovery code",
    "totp": "code app",
    "webauthn": "passkey",
    "recovery_codes": "recovery codes",
}
#: Facts whose values are the program's words, each with theirs.
_VALUES: Mapping[str, Mapping[str, str]] = {
    "ways": _WAYS,
    "way": _WAYS,
    "factor": _WAYS,
    "role": _ROLES,
}
#: The same of the kinds of which alone it holds.
_VALUES_OF_KIND: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "role_changed": {"before": _ROLES, "after": _ROLES, "from": _ROLES, "to": _ROLES},
}


def facts_in_words(kind: str, facts: Any) -> list[tuple[str, str]]:
    """Label and words of each fact of an event of that kind; a fact that nobody named is labelled by its own name."""
    told = facts if isinstance(facts, dict) else {}
    values = {**_VALUES, **_VALUES_OF_KIND.get(kind, {})}
    shown = [name for name in told if LABELS.get(name, name) and _is_shown(told[name], values.get(name))]
    shown.sort(key=lambda name: _ORDER.index(name) if name in LABELS else len(_ORDER))
    return [
        (
            LABELS.get(name) or label_of(name),
            shortened(_words(name, told[name], values.get(name, {})), _LONGEST),
        )
        for name in shown
    ]


def _is_shown(value: Any, words: Mapping[str, str] | None) -> bool:
    return value not in (None, "", [], {}) or (value == "" and words is not None and "" in words)


def _words(name: str, value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return ", ".join(words.get(str(item), str(item)) for item in value)
    if isinstance(value, Mapping):
        # A setting is known by its own name, "SITE_URL".
        named = ((part if part.isupper() else label_of(part), one) for part, one in value.items())
        return "; ".join(f"{label}: {_words('', one, {})}" for label, one in named)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "size_bytes" and isinstance(value, int):
        return filesizeformat(value)
    if name in _TIMES:
        return _moment(str(value))
    return words.get(str(value), str(value))


def _moment(text: str) -> str:
    """The time as it is shown everywhere; as it is kept where it is none."""
    try:
        return time_text(datetime.fromisoformat(text))
    except (ValueError, TypeError, OverflowError):
        return text
