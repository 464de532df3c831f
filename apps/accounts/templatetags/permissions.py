"""What the person may do elsewhere than at the page's service, for rows of several."""

from django import template

from apps.accounts.policy import Permissions, ServiceId

register = template.Library()


@register.filter
def at(may: Permissions, service: ServiceId) -> Permissions:
    """What the person may do at that service: `{% with here=may|at:row.service_id %}`."""
    return may.at(service)


@register.filter
def anywhere(may: Permissions) -> Permissions:
    """What the person may do at any service: for the ways to pages that belong to none."""
    return may.at_any()
