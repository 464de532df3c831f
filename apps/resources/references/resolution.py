"""What a text in a box for another record means: one record, several to choose from, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.text.direction import isolated
from apps.ui.error_pages import ErrorDescription

#: No longer text is looked up.
LONGEST_TEXT = 200


@dataclass(frozen=True)
class Suggestion:
    """One record to choose."""

    record_id: str
    title: str
    is_inactive: bool = False


@dataclass(frozen=True)
class Resolution:
    """What a text means: a record's id, or `choices` among which a person decides, or neither."""

    text: str
    #: What one of the records is called, in a sentence.
    label: str = "record"
    label_plural: str = "records"
    record_id: str = ""
    name: str = ""
    choices: Sequence[Suggestion] = ()
    #: How many more match than there are choices.
    more: int = 0
    error: ErrorDescription | None = None

    @property
    def problem(self) -> str:
        """Why there is no id, in words; "" where there is one."""
        if self.record_id:
            return ""
        text = f"“{isolated(self.text[:80])}”"
        if len(self.text) > LONGEST_TEXT:
            return f"A name has at most {LONGEST_TEXT} characters; this text has {len(self.text):,}."
        if self.choices:
            count = len(self.choices) + self.more
            have = f"{count:,} {self.label_plural} have" if count > 1 else f"One {self.label} has"
            or_else = ", or type more of the name" if self.more else ""
            return f"{have} {text} in the name. Choose the one you mean{or_else}."
        if self.error:
            return (
                f"The {self.label_plural} could not be looked up by {text}: {self.error.title}."
                " Type the ID, or try again."
            )
        return f"No {self.label} has the name or ID {text}."
