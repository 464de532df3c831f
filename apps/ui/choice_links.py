"""Links by which a person chooses: tabs, ranges, groupings, records of one name."""

from dataclasses import dataclass

#: Characters of a record's name that such a link shows.
LONGEST_CHOICE = 60


@dataclass(frozen=True)
class ChoiceLink:
    """One of several ways to see a page: a tab, a range, a grouping; where it leads, whether it is shown now."""

    label: str
    url: str
    is_current: bool
    icon: str = ""
