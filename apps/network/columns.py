"""Columns and panels that the declarations of several resources share."""

from apps.resources.details.panels import Panel
from apps.ui.columns import (
    Badge,
    BadgeColumn,
    Column,
    EmailColumn,
    IdColumn,
    PhoneColumn,
    ReferenceColumn,
    TimeColumn,
    TitleColumn,
)

#: Of the field `active`.
STATUS_BADGES = {True: Badge("Active", "ok", is_solid=True), False: Badge("Inactive", "neutral")}
#: Whether a record is active.
STATUS = BadgeColumn("active", "Status", badges=STATUS_BADGES)
#: What a list of named records begins and ends with.
NAME_ID_STATUS = (TitleColumn("name"), IdColumn("id"), STATUS)
CHANGED = TimeColumn("updated_at")
#: The user who looks after a publisher or an advertiser.
MANAGER = ReferenceColumn("manager_id", "Account manager", tag="Users")
#: Words for the field that `STATUS` shows.
STATUS_LABEL = {"active": "Status"}


def overview(*fields: str | Column) -> Panel:
    """What a record is and whether it is active, then these fields, then its dates."""
    return Panel("Overview", IdColumn("id"), "name", STATUS, *fields, "created_at", "updated_at")


def contact(*fields: str | Column) -> Panel:
    """How to reach a company's person, then these fields."""
    return Panel(
        "Contact",
        "first_name",
        "last_name",
        EmailColumn("email"),
        PhoneColumn("phone"),
        "messenger",
        "website",
        "address",
        *fields,
    )
