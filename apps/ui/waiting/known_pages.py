"""What is known of a page that is not there yet: its last answer, at most a quarter of an hour old.

Quick answers are remembered in the memory of this process, slow ones in the cache of all processes, encrypted. An
answer is shown to the person it was made for alone, and only while every key that it was read with is still theirs.
"""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import unescape
from threading import Lock

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from apps.accounts.access import signed_in_person
from apps.connections.used_keys import key_names_of
from apps.ui.waiting.answers import Answer, opened, sealed
from apps.ui.waiting.own_changes import has_changed_since

KNOWN_SECONDS = 15 * 60
#: So many pages of at most so many characters this process remembers.
MOST_PAGES = 16
LONGEST_PAGE = 400_000

_MAIN = re.compile(r'(<main id="main"[^>]*>)(.*)</main>', re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
#: Of a known page nothing works, and what was told once is not told again.
_MESSAGES = re.compile(r'<div id="messages".*?</div>\s*(?=<div class="page-heading"|$)', re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)

_pages: OrderedDict[str, "KnownPage"] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class KnownPage:
    """A page as it was once."""

    title: str
    body: str
    read_at: float
    key_names: list[str]

    @property
    def html(self) -> SafeString:
        """What stood in its main part: our own templates made it of escaped values."""
        return mark_safe(self.body)  # noqa: S308  # nosec B308

    @property
    def is_one_table(self) -> bool:
        """Whether its table fills the window."""
        # With the quote, which no value of a record has: there it is escaped.
        return ' fills-window"' in self.body

    @property
    def heading(self) -> str:
        """Its title without the name of the site."""
        return unescape(self.title).rpartition(" · ")[0]

    @property
    def read(self) -> datetime:
        """When it was read."""
        return datetime.fromtimestamp(self.read_at, UTC)


def title_of(page: str) -> str:
    """What stands in a page's title element, escaped as it is there."""
    found = _TITLE.search(page)
    return found[1].strip() if found else ""


def main_of(page: str) -> str:
    """What stands in the main part of a whole page; "" for anything else."""
    found = _MAIN.search(page)
    return found[2] if found else ""


def main_tag_of(page: str) -> str:
    """How the main part of a whole page begins: its class says whether a table fills the window."""
    found = _MAIN.search(page)
    return found[1] if found else '<main id="main" class="main" tabindex="-1">'


def remember(request: HttpRequest, answer: Answer, key_names: Collection[str], *, is_slow: bool) -> None:
    """Keep the page for the next time it lets wait."""
    if answer.status != 200 or len(answer.body) > LONGEST_PAGE or not key_names:
        return
    name = _name(request)
    if not is_slow:
        # As it is: most pages are never asked for again, and what is known is taken out of it then.
        with _lock:
            _pages[name] = KnownPage("", answer.body, answer.asked_at, sorted(key_names))
            _pages.move_to_end(name)
            while len(_pages) > MOST_PAGES:
                _pages.popitem(last=False)
        return
    page = _reduced(answer.body, answer.asked_at, sorted(key_names))
    if page:
        _pages.pop(name, None)
        cache.set(f"known:{name}", sealed(asdict(page), name), KNOWN_SECONDS)


def known_page(request: HttpRequest) -> KnownPage | None:
    """This person's last answer of this very address, where they have its keys still and changed nothing since."""
    person, name = signed_in_person(request), _name(request)
    page = _pages.get(name)
    if page is not None:
        page = _reduced(page.body, page.read_at, page.key_names)
    else:
        kept = cache.get(f"known:{name}")
        values = opened(kept, name) if kept else None
        page = KnownPage(**values) if values else None
    if page is None or page.read_at < time.time() - KNOWN_SECONDS or has_changed_since(person, page.read_at):
        return None
    return page if key_names_of(person).issuperset(page.key_names) else None


def _reduced(whole: str, read_at: float, key_names: list[str]) -> KnownPage | None:
    main = main_of(whole)
    if not main:
        return None
    body = _SCRIPT.sub("", _MESSAGES.sub("", main, count=1))
    return KnownPage(title_of(whole), body, read_at, key_names)


def _name(request: HttpRequest) -> str:
    person = signed_in_person(request)
    parts = ("known", person.pk, person.roles_key, request.get_full_path())
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
