"""Compares the views that come with a list with what the list can be filtered and sorted by."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

from django.core.checks import Error
from django.http import QueryDict
from django.utils import timezone

from apps.resources.declaration.attribute_types import TYPE
from apps.resources.declaration.checked_declaration import FIELD, TWICE, CheckedDeclaration
from apps.resources.lists.state import FieldCatalogue, ListState
from apps.saved_views.lists import ALL, COLUMNS, LONGEST_KEY, VIEW

#: What an address of a list says besides, and no view holds.
_NO_PART = (VIEW, COLUMNS, "page[number]")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


def shipped_view_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    """Errors of views that people would not get as they are declared."""
    resource = declared.resource
    catalogue = FieldCatalogue(
        declared.fields,
        declared.contract,
        resource.hidden_fields,
        resource.references,
        resource.label_of,
    )
    keys = Counter(view.key for view in resource.views)
    for key, count in keys.items():
        if count > 1:
            yield declared.fault("views", f"two have the key {key!r}", "Give one another key.", TWICE)
        if key == ALL or not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
            hint = f"Small letters, digits and - between words; {ALL!r} is the view of all records."
            yield declared.fault("views", f"{key!r} cannot be a key", hint, TYPE)
    for view in resource.views:
        query = QueryDict(urlencode(view.pairs(timezone.localdate())))
        state = ListState.from_query(query, catalogue)
        problems = [
            *state.problems,
            *(f"“{name}” is no part of a view." for name in _NO_PART if name in query),
        ]
        for problem in problems:
            hint = "A view has filters, sort and page[size], as an address of the list writes them."
            yield declared.fault("views", f"{view.key!r}: {problem}", hint, FIELD)
