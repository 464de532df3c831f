"""Which icons there are, and how they are drawn: with a cache, as making one parses XML each time."""

from functools import lru_cache

from django.utils.safestring import SafeString
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide as draw


def is_icon(name: str) -> bool:
    """Whether Lucide has an icon of that name."""
    try:
        draw(name)
    except IconDoesNotExist:
        return False
    return True


@lru_cache(maxsize=512)
def drawn_icon(name: str, size: int | None, **attributes: object) -> SafeString:
    """The icon as inline SVG; `attributes` become those of the element. Raises `IconDoesNotExist`."""
    return SafeString(draw(name, size=size, **attributes))
