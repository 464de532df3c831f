"""Views that come with the lists of several resources."""

from apps.saved_views.lists import THIS_WEEK, ShippedView

CHANGED_THIS_WEEK = ShippedView(
    "changed-this-week", "Changed this week", {"filter[updated_at][gte]": THIS_WEEK, "sort": "-updated_at"}
)
NEWEST_FIRST = ShippedView("newest", "Newest first", {"sort": "-created_at"})
#: With *All*, what most lists of named records come with.
STATUS_VIEWS = (
    ShippedView("active", "Active", {"filter[active]": "true"}),
    ShippedView("inactive", "Inactive", {"filter[active]": "false"}),
    CHANGED_THIS_WEEK,
    NEWEST_FIRST,
)
