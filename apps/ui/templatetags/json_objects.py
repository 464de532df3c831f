"""JSON inside an attribute, such as `hx-vals`: made of values, never of text around them."""

import json
from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def json_object(*names_and_values: Any) -> str:
    """`{% json_object "name" value … %}` as JSON, its quotes escaped for an attribute that stands in double ones."""
    names, values = names_and_values[::2], names_and_values[1::2]
    return json.dumps(dict(zip(names, map(str, values), strict=True)))
