"""What a task takes: clicks and keys; a name, a number or a value that is said in any case counts for none."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect


class Person:
    """Somebody at the page whose clicks and keys are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def press(self, key: str) -> None:
        """A key, alone or with others held."""
        self.actions += 1
        self.page.keyboard.press(key)

    def click(self, place: Locator) -> None:
        """The mouse on something that is in sight."""
        self.actions += 1
        place.click()

    def choose(self, place: Locator, label: str) -> None:
        """One of the values of a select box, which has to be said in any case."""
        place.select_option(label=label)

    def type(self, text: str) -> None:
        """What has to be said in any case."""
        self.page.keyboard.insert_text(text)

    def find(self, text: str) -> Locator:
        """The palette, with what it has for the text."""
        self.press("Control+k")
        palette = self.page.get_by_role("dialog", name="Search and commands")
        expect(palette.get_by_role("combobox")).to_be_focused()
        self.type(text)
        return palette

    @contextmanager
    def in_at_most(self, most: int) -> Iterator[None]:
        """A task, and how many actions it may take."""
        self.actions = 0
        yield
        assert self.actions <= most
