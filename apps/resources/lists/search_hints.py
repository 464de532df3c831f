"""Where else to look for what a list did not find: hints of apps that know what a text may be."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SearchHint:
    """A template for a list without a match; its context: text, integration_id, label (of the list's records)."""

    template: str
    #: Whether the hint is for what was searched for.
    is_for: Callable[[str], bool]


_hints: list[SearchHint] = []


def register_search_hint(hint: SearchHint) -> None:
    """Have every list show the hint; called from `AppConfig.ready`."""
    _hints.append(hint)


def hint_template_for(text: str) -> str:
    """The template of the first hint that is for the text; "" where there is none."""
    return next((hint.template for hint in _hints if text and hint.is_for(text)), "")
