"""The keys of the pages: one table of what a key does. Markup, the list of keys and the script take them from here.

A page names an element for a command (`{% command "edit" %}`); what no element stands for is in static/js/commands.js.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

EVERYWHERE = "On every page"
LISTS = "In a list"
RECORDS = "On a record's page, and on a row"
GO_TO = "Go to"
GO = "g"


@dataclass(frozen=True)
class Command:
    """Something that a key does. `keys` as `aria-keyshortcuts` writes them; more than one: one after the other."""

    name: str
    keys: tuple[str, ...]
    label: str
    part: str
    #: Whether the browser or the page does it, whatever a person chose about single letters.
    is_fixed: bool = False

    @property
    def shown_keys(self) -> Sequence[Sequence[str]]:
        """The keys as people read them: those pressed together, for each that is pressed after another."""
        return [key.replace("Control", "Ctrl").replace("Escape", "Esc").split("+") for key in self.keys]


COMMANDS = (
    Command(
        "palette",
        ("Control+K",),
        "Search, go anywhere, do anything (⌘ K on a Mac)",
        EVERYWHERE,
        is_fixed=True,
    ),
    Command("search", ("/",), "Search this list; where there is none, everything", EVERYWHERE),
    Command("help", ("?",), "Show these keys", EVERYWHERE),
    Command("create", ("n",), "New", EVERYWHERE),
    Command("refresh", ("r",), "Read again", EVERYWHERE),
    Command("undo", ("u",), "Undo what was just done", EVERYWHERE),
    Command("close", ("Escape",), "Close what is open, then clear the selection", EVERYWHERE, is_fixed=True),
    Command("next_row", ("j",), "Next row", LISTS),
    Command("previous_row", ("k",), "Previous row", LISTS),
    Command("open", ("Enter",), "Open the row", LISTS, is_fixed=True),
    Command("select_row", ("x",), "Select the row", LISTS),
    Command("select_range", ("Shift+X",), "Select from the row selected last to this one", LISTS),
    Command("select_page", ("a",), "Select the page", LISTS),
    Command("select_all", ("Shift+A",), "Select all that match", LISTS),
    Command("next_page", ("]",), "Next page", LISTS),
    Command("previous_page", ("[",), "Previous page", LISTS),
    Command("filter", ("f",), "Filter", LISTS),
    Command("views", ("v",), "Views", LISTS),
    Command("edit", ("e",), "Edit", RECORDS),
    Command("edit_value", ("p",), "Edit the payout, or what is edited most, in its place", RECORDS),
    Command("duplicate", ("c",), "Duplicate", RECORDS),
    Command("status", ("s",), "Activate or deactivate", RECORDS),
    Command("copy_link", ("t",), "Copy the page's address, or the link it made", RECORDS),
    Command("download", ("d",), "Download the file", RECORDS),
    Command("home", (GO, "h"), "Start", GO_TO),
    Command("offers", (GO, "o"), "Offers", GO_TO),
    Command("publishers", (GO, "p"), "Publishers", GO_TO),
    Command("advertisers", (GO, "a"), "Advertisers", GO_TO),
    Command("users", (GO, "u"), "Users", GO_TO),
    Command("conversions", (GO, "c"), "Conversions", GO_TO),
    Command("clicks", (GO, "l"), "Clicks", GO_TO),
    Command("impressions", (GO, "i"), "Impressions", GO_TO),
    Command("exports", (GO, "e"), "Exports", GO_TO),
    Command("bulk_runs", (GO, "j"), "Bulk runs", GO_TO),
    Command("people", (GO, "m"), "People", GO_TO),
)
_BY_NAME = {command.name: command for command in COMMANDS}


@cache
def key_map() -> str:
    """Which key does what, for the script: "j:next_row k:previous_row …". Places to go to stand in the markup."""
    pairs = [
        f"{command.keys[0]}:{command.name}"
        for command in COMMANDS
        if len(command.keys) == 1 and not command.is_fixed
    ]
    return " ".join([*pairs, f"{GO}:go"])


def command_parts() -> list[tuple[str, list[Command]]]:
    """The commands in the parts in which people read them."""
    parts = dict.fromkeys(command.part for command in COMMANDS)
    return [(part, [command for command in COMMANDS if command.part == part]) for part in parts]


def key_of(name: str) -> str:
    """The key of a command, as `aria-keyshortcuts` writes it. Raises `KeyError` for a command nobody declared."""
    return _BY_NAME[name].keys[0]


def place_key(name: str) -> str:
    """The key that goes to a place after the first one; "" for a place without one."""
    command = _BY_NAME.get(name)
    return command.keys[1] if command and command.part == GO_TO else ""
