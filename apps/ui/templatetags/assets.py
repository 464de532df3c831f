"""Our own scripts and styles, with their digests: `{% stylesheet "css/base.css" %}`, `{% script "js/page.js" %}`."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.ui.integrity import checked_address, integrity_of

register = template.Library()


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """The element of a style sheet."""
    digest = integrity_of(name)
    integrity = format_html(' integrity="{}"', digest) if digest else ""
    return format_html('<link rel="stylesheet" href="{}"{}>', static(name), integrity)


@register.simple_tag
def script(name: str, kind: str = "module") -> SafeString:
    """The element of a script: a module, or with `"classic"` one that runs before all modules."""
    digest = integrity_of(name)
    integrity = format_html(' integrity="{}"', digest) if digest else ""
    how = SafeString(' type="module"' if kind == "module" else " defer")
    return format_html('<script src="{}"{}{}></script>', static(name), integrity, how)


@register.simple_tag
def loaded_later(name: str) -> str:
    """The address of a script or a style sheet that a script loads when it is needed, with its digest."""
    return checked_address(name)
