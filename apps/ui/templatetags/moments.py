"""A moment as every page writes it: 29 Nov 2026, 14:05."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.ui.values import age_text, time_text

register = template.Library()


@register.simple_tag
def moment(value: datetime, css: str = "") -> SafeString:
    """`{% moment entry.at %}`: the time in the person's zone; its seconds stand in the title, UTC is for programs."""
    # A mail's date may say that its zone is not told, which means UTC (RFC 5322).
    value = value.replace(tzinfo=UTC) if timezone.is_naive(value) else value
    local = timezone.localtime(value)
    return format_html(
        '<time{} datetime="{}" title="{}">{}</time>',
        format_html(' class="{}"', css) if css else "",
        value.isoformat(),
        f"{local.day} {local:%b %Y, %H:%M:%S %Z}",
        time_text(value),
    )


@register.filter
def age(value: datetime) -> str:
    """`{{ key.stored_at|age }}`: how long ago that was."""
    return age_text(value)
