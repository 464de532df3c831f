"""What is remembered of pages, by several threads at once."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError, Event

from django.test import RequestFactory

from apps.accounts.models import Role, User
from apps.ui.waiting import known_pages
from apps.ui.waiting.answers import Answer


class Crossed(OrderedDict):
    """Where two threads may add a page at once, the first takes away the second's before that is done with it."""

    def __init__(self) -> None:
        super().__init__()
        self.both, self.popped = Barrier(2, timeout=1), Event()
        self.moves = 0

    def __setitem__(self, name, page):
        super().__setitem__(name, page)
        try:
            self.both.wait()
        except BrokenBarrierError:
            self.popped.set()

    def move_to_end(self, name, last=True):
        self.moves += 1
        if self.moves == 2:
            self.popped.wait(30)
        super().move_to_end(name, last)

    def popitem(self, last=True):
        item = super().popitem(last)
        self.popped.set()
        return item


def remember(number: int) -> None:
    request = RequestFactory().get(f"/{number}/")
    request.user = User(email=f"{number}@example.com", role=Role.ADMIN)
    answer = Answer(200, {}, '<main id="main">A page</main>')
    known_pages.remember(request, answer, {"a key"}, is_slow=False)


def test_two_threads_that_remember_a_page_at_once_do_not_disturb_each_other(monkeypatch):
    monkeypatch.setattr(known_pages, "MOST_PAGES", 1)
    monkeypatch.setattr(known_pages, "_pages", Crossed())
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(remember, (1, 2)))
    assert len(known_pages._pages) == 1
