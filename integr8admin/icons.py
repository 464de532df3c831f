"""The `lucide` template tag for icons, with a cache, as making an icon parses XML each time."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: object) -> SafeString:
    """The icon as inline SVG; `attributes` become those of the element. Raises `IconDoesNotExist`."""
    return _drawn(name, size, tuple(sorted(attributes.items())))


@lru_cache(maxsize=512)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, object], ...]) -> SafeString:
    return SafeString(draw(name, size=size, **dict(attributes)))
