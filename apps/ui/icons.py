"""Which icons there are."""

from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide as draw


def is_icon(name: str) -> bool:
    """Whether Lucide has an icon of that name."""
    try:
        draw(name)
    except IconDoesNotExist:
        return False
    return True
