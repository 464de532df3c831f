"""No name of the API turns around the id, the amount or the sentence beside it, on any page."""

from html.parser import HTMLParser

import pytest
from django.template import Context, Engine
from django.template.base import Template

from apps.resources import registry
from integr8admin.template_loader import READ_ATTRIBUTES, HtmlPosition, Place
from tests.resources.pages import VOID
from tests.support.bulk_runs import start_url

OVERRIDE = "\u202e"
#: Turns everything behind it around, and closes an isolate that it stands in.
HOSTILE = "\u2069\u202eslaeD\u2067!"
OFFERS = "/integrations/int-eu/offers/"
BULK = start_url(registry.named("offers"), {"integrationID": "int-eu"})


class Reader(HTMLParser):
    """Collects texts with an override that nothing keeps in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.seen = 0
        self.loose: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self._open.append(tag)
        for name, value in attrs:
            if name in READ_ATTRIBUTES:
                self._check(value or "", f"{tag} {name}")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"textarea", "bdi", "script"} & set(self._open):
            self._check(data, " > ".join(self._open[-3:]))
        elif "bdi" in self._open:
            self.seen += OVERRIDE in data

    def _check(self, text: str, where: str) -> None:
        for place, sign in enumerate(text):
            if sign == OVERRIDE:
                self.seen += 1
                before = text[:place]
                if before.count("\u2068") + before.count("\u2067") <= before.count("\u2069"):
                    self.loose.append(f"{where}: {text[:80]!r}")


@pytest.fixture
def hostile(sandbox):
    """Every record of the sandbox carries such a name, each field of a name of its own."""
    store = sandbox.application.store
    names = ("name", "first_name", "last_name", "company", "title")
    with store.lock:
        changes = []
        for place, records in list(store._records.items()):
            if place[0] != "org-main":
                continue
            for key, record in list(records.items())[:60]:
                changed = {
                    name: f"{record[name]}{HOSTILE}" for name in names if isinstance(record.get(name), str)
                }
                if changed:
                    changes.append((place, key, {**record, **changed}))
        store.write(changes)
    return changes


def first(hostile, kind: str) -> str:
    return next(key for place, key, record in hostile if place[1] == kind)


PAGES = {
    "list": OFFERS,
    "list with chips": f"{OFFERS}?filter[name][contains]=%E2%80%AEslaeD",
    "detail": f"{OFFERS}1001/",
    "edit": f"{OFFERS}1001/edit/",
    "links": f"{OFFERS}1001/links/",
    "duplicate": f"{OFFERS}1001/duplicate/",
    "archive": f"{OFFERS}1001/archive/",
    "publishers": "/publishers/",
    "advertisers": "/advertisers/",
    "users": "/users/",
    "search": "/search/?q=slaeD",
    "reports": "/reports/conversions/?range=last-7-days",
    "report of a text": "/reports/conversions/?range=last-7-days&filter[publisher]=%E2%80%AEslaeD",
    "exports": "/exports/",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_hostile_name_stays_within_itself(admin_client, hostile, page):
    response = admin_client.get(PAGES[page], follow=True)
    reader = Reader(response.content.decode())
    assert reader.loose == []
    if page in ("list", "detail", "edit", "links", "publishers", "advertisers", "users", "search"):
        assert reader.seen


def test_words_of_a_page_beside_hostile_names_stay_in_order(admin_client, hostile):
    """Chips, messages and confirmations are sentences that Python makes."""
    advertiser, publisher = first(hostile, "advertisers"), first(hostile, "publishers")
    for address in (
        f"{OFFERS}?filter[advertiser_id]={advertiser}",
        f"/reports/conversions/?range=today&filter[publisher]={publisher}",
        f"{OFFERS}1001/?publisher={publisher}",
    ):
        assert Reader(admin_client.get(address, follow=True).content.decode()).loose == []
    for action in ("activate", "deactivate"):
        data = {"action": action, "id": "1001"}
        for address in (f"{OFFERS}1001/act/", BULK):
            page = admin_client.post(address, data, follow=True)
            assert Reader(page.content.decode()).loose == []


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("<p>", Place.MARKUP),
        ('<p class="', Place.EXACT),
        ('<p title="', Place.PLAIN),
        ('<p data-x="1" aria-label="Open ', Place.PLAIN),
        ("<p data-x='a>b' title='", Place.PLAIN),
        ("<input value=", Place.EXACT),
        ('<input value="1"> ', Place.MARKUP),
        ("<title>", Place.PLAIN),
        ("<title>a</title>", Place.MARKUP),
        ('<option value="', Place.EXACT),
        ('<option value="1">', Place.PLAIN),
        ("<textarea>", Place.EXACT),
        ("<script>if (a < b) {", Place.EXACT),
        ("<script></script>", Place.MARKUP),
        ("<!-- <title>", Place.EXACT),
        ("<!-- <title> -->", Place.MARKUP),
        ("1 < 2 ", Place.MARKUP),
    ],
)
def test_a_value_is_told_apart_by_the_html_around_it(html, place):
    whole, by_letter = HtmlPosition(), HtmlPosition()
    whole.feed(html)
    assert whole.place is place
    middle = html.find(">") + 1
    by_letter.feed(html[:middle])
    by_letter.feed(html[middle:])
    assert by_letter.place is place


def test_a_value_gets_what_its_place_asks_for(tmp_path):
    (tmp_path / "base.html").write_text(
        "<title>{% block title %}{% endblock %}</title>{% block content %}{% endblock %}"
    )
    (tmp_path / "page.html").write_text(
        "{% extends 'base.html' %}{% block title %}Edit {{ n }}{% endblock %}"
        '{% block content %}{% if n %}<a href="/{{ n }}" title="{{ n }}">{{ n }}</a>{% endif %}'
        '{{ many|join:", " }}<textarea>{{ n }}</textarea>{% endblock %}'
    )
    (tmp_path / "mail.txt").write_text("{% autoescape off %}{{ n }}: {{ count }}{% endautoescape %}")
    engine = Engine(
        dirs=[str(tmp_path)],
        loaders=[("integr8admin.template_loader.Loader", ["django.template.loaders.filesystem.Loader"])],
    )

    def drawn(name: str) -> str:
        template: Template = engine.get_template(name)
        return template.render(Context({"n": "א<", "count": 12, "many": ["א", "b"]}))

    assert drawn("page.html") == (
        "<title>Edit \u2068א&lt;\u2069</title>"
        '<a href="/א&lt;" title="\u2068א&lt;\u2069"><bdi>א&lt;</bdi></a><bdi>א</bdi>, b<textarea>א&lt;</textarea>'
    )
    assert drawn("mail.txt") == "\u2068א<\u2069: 12"
