"""Masks secrets in what is written down: by the names of fields, and by what a text looks like."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from apps.api.credentials import MASK
from apps.api.redaction import is_secret_name, without_credentials


def mask(value: Any, secret_names: Collection[str] = ()) -> Any:
    """The value with secrets masked, at whatever depth; its other parts keep their types.

    A secret is what a field of `secret_names` or of a telling name (`password`, `api_key`) holds, a key that is in
    memory, and what looks like a credential within a text. `None`, `True` and `False` are no secrets.
    """
    texts: list[str] = []
    masked = _without_named(value, frozenset(name.casefold() for name in secret_names), texts)
    # One look at all texts together: hardly any value holds a secret, and a look takes time.
    together = "\n".join(texts)
    return masked if without_credentials(together) == together else _without_shapes(masked)


def holds_mask(value: Any) -> bool:
    """Whether some part of the value was masked, so that it cannot be sent again."""
    return any(MASK in text for text in _texts(value))


def _without_named(value: Any, names: frozenset[str], texts: list[str]) -> Any:
    """The value without what fields of these names hold; all texts in it, names too, are added to `texts`."""
    if isinstance(value, str):
        texts.append(value)
        return value
    if isinstance(value, Mapping):
        masked = {}
        for key, part in value.items():
            name = str(key)
            texts.append(name)
            hides = _is_secret(name, names) and not _is_empty(part)
            masked[name] = MASK if hides else _without_named(part, names, texts)
        return masked
    if isinstance(value, list | tuple):
        return [_without_named(part, names, texts) for part in value]
    return value


def _is_secret(name: str, names: frozenset[str]) -> bool:
    return name.casefold() in names or is_secret_name(name)


def _is_empty(value: Any) -> bool:
    return value is None or isinstance(value, bool) or value == ""


def _texts(value: Any) -> Iterator[str]:
    """Every text in the value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _without_shapes(value: Any) -> Any:
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, Mapping):
        return {without_credentials(str(name)): _without_shapes(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_shapes(part) for part in value]
    return value
