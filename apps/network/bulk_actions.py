"""The bulk actions that several resources share."""

from apps.resources.writes.actions import BulkAction

#: What the API has no call for, said wherever something is archived.
NO_WAY_BACK = "The API has no call that brings them back: that is done in Integr8."


def status_actions(*, activated: str, deactivated: str) -> list[BulkAction]:
    """Activate and deactivate by the field `active`; each with a sentence on what it means."""
    return [
        BulkAction("activate", "Activate", {"active": True}, activated, "activated"),
        BulkAction("deactivate", "Deactivate", {"active": False}, deactivated, "deactivated"),
    ]


def archive_action(consequence: str = "They will leave every list.") -> BulkAction:
    """Archive, with a sentence on what it means."""
    return BulkAction("archive", "Archive", None, f"{consequence} {NO_WAY_BACK}", "archived")
