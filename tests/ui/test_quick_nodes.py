"""What quick nodes draw is to the letter what Django's own draw, and what they worked out once is nobody else's."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.loader_tags import IncludeNode
from django.utils.safestring import SafeString

from integr8admin.drawing.quick_nodes import QuickInclude, QuickNodes

PAGES = {
    "base.html": "<h1>{% block title %}None{% endblock %}</h1>{% block content %}-{% endblock %}"
    "{% include 'foot.html' %}",
    "middle.html": "{% extends 'base.html' %}"
    "{% block content %}[{% block inner %}{{ name }}{% endblock %}]{% endblock %}",
    "page.html": "{% extends 'middle.html' %}{% block title %}{{ block.super }}, {{ name }}{% endblock %}",
    "other.html": "{% extends frame %}{% block content %}{{ name|upper }}{% endblock %}",
    "foot.html": "<p>{{ name }}{% if extra %}, {{ extra }}{% endif %}</p>",
    "folder/one.html": "{% include './two.html' %}",
    "folder/two.html": "two: {{ name }}",
    "deep.html": "{{ depth }}{% if depth < 3 %}{% include 'deep.html' with depth=depth|add:1 %}{% endif %}",
}
TEXTS = [
    "{{ name }}{{ markup }}{{ number }}{{ day }}{{ nothing }}{{ missing }}{{ missing.deeper }}",
    "{% autoescape off %}{{ name }}{{ markup }}{% endautoescape %}",
    "{{ record.name }}{{ record.thing.name }}{{ record.items }}{{ record.missing|default:'-' }}{{ record.0 }}",
    "{{ thing.name }}{{ thing.shout }}{{ thing.needs }}{{ thing.delete }}{{ thing.kept.name }}{{ thing.gone }}|",
    "{{ thing.many.1 }}{{ thing.many.9 }}{{ pair.0 }}{{ name.upper }}{{ name.0 }}",
    "{{ call }}{{ call.name }}{{ kind.name }}{{ kind }}",
    "{% if missing %}a{% elif record.thing.name == 'Ann' and not nothing %}b{% else %}c{% endif %}",
    "{% if missing == None %}none{% endif %}{% if number > 3 or missing %}more{% endif %}",
    "{% for one in thing.many %}{{ forloop.counter }}{{ one }}{% empty %}none{% endfor %}",
    "{% for one in missing %}{{ one }}{% empty %}none{% endfor %}",
    "{% for one in thing.many %}{% include 'foot.html' with extra=one only %}{% endfor %}",
    "{% include 'foot.html' %}{% include 'foot.html' with name='<b>' extra=thing.name %}{% include foot %}",
    "{% include chosen %}{% include 'folder/one.html' %}{% include 'deep.html' with depth=1 %}",
    "{% with other=thing.name %}{{ other }}{{ name|add:other }}{% endwith %}{{ _('Yes') }}{{ 'a<'|upper }}",
    "{% csrf_token %}",
    "{{ name|truncatechars:number }}{{ name|default:thing.name }}{{ nothing|default_if_none:name }}",
    "{% firstof missing name %}{% cycle 'a' name %}{% url 'home' as where %}{{ where }}",
]
TOKEN = "a1" * 32


class Silent(ObjectDoesNotExist):
    """What Django's models raise where there is no row."""

    silent_variable_failure = True


class Kept:
    """Something that a template may look into but not call."""

    def __str__(self):
        return "kept"

    do_not_call_in_templates = True
    name = "kept"

    def __call__(self):
        raise AssertionError("it was called")


class Thing:
    """A thing with all that a template may ask for."""

    name = "Ann"
    many = ("<x>", "y")
    kept = Kept()

    def shout(self):
        """A method without arguments."""
        return f"{self.name}!"

    def needs(self, one):
        """A method that no template can call."""
        return one

    def delete(self):
        """What no template may do."""
        raise AssertionError("it was called")

    delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def gone(self):
        """What is not there."""
        raise Silent

    @property
    def broken(self):
        """A fault of ours."""
        raise ValueError("broken")


def engine(quick: bool) -> Engine:
    pages = (
        "django.template.loaders.locmem.Loader",
        {**PAGES, **{f"{n}.html": t for n, t in enumerate(TEXTS)}},
    )
    own = "integr8admin.template_loader.Loader" if quick else "django.template.loaders.cached.Loader"
    return Engine(loaders=[(own, [pages])])


def context(**values):
    thing = Thing()
    given = {
        "name": "<Ada & Co>",
        "markup": SafeString("<i>"),
        "number": 7,
        "day": date(2026, 11, 30),
        "nothing": None,
        "record": {"name": "R<", "thing": thing, "items": "its key"},
        "thing": thing,
        "pair": ["<", 2],
        "call": lambda: {"name": "called"},
        "kind": Kept(),
        "foot": "foot.html",
        "chosen": ["missing.html", "foot.html"],
        "frame": "base.html",
        "csrf_token": TOKEN,
    }
    return Context({**given, **values})


@pytest.mark.parametrize("name", [f"{number}.html" for number in range(len(TEXTS))])
def test_a_template_is_drawn_as_by_django(name):
    quick = engine(quick=True).get_template(name)
    plain = engine(quick=False).get_template(name)
    assert isinstance(quick.nodelist, QuickNodes)
    for values in (
        {},
        {"name": "other", "number": 2, "foot": "folder/two.html"},
        {"csrf_token": ""},
    ):
        expected = plain.render(context(**values))
        assert quick.render(context(**values)) == expected
        assert quick.render(context(**values)) == expected


@pytest.mark.parametrize("name", ["page.html", "middle.html", "base.html"])
def test_a_page_in_its_shell_is_drawn_as_by_django(name):
    quick, plain = engine(quick=True).get_template(name), engine(quick=False).get_template(name)
    for person in ("Ann", "<Ben>"):
        expected = plain.render(context(name=person))
        assert [quick.render(context(name=person)) for _ in range(2)] == [expected] * 2


def test_a_shell_that_the_context_names_is_looked_for_each_time():
    quick = engine(quick=True).get_template("other.html")
    assert quick.render(context(frame="base.html", name="a")) == "<h1>None</h1>A<p>a</p>"
    assert quick.render(context(frame="middle.html", name="a")) == "<h1>None</h1>A<p>a</p>"
    with pytest.raises(TemplateDoesNotExist):
        quick.render(context(frame="missing.html"))


def test_each_answer_has_its_own_token():
    quick = engine(quick=True).get_template(f"{TEXTS.index('{% csrf_token %}')}.html")
    for token in (TOKEN, "b2" * 32, '"><script>'):
        drawn = quick.render(context(csrf_token=token))
        assert ('value="&quot;&gt;&lt;script&gt;"' if "<" in token else f'value="{token}"') in drawn


def test_a_fault_of_ours_is_raised_and_asked_for_once():
    asked = []

    class Counted:
        """Notes each time that it is asked."""

        @property
        def broken(self):
            """A fault."""
            asked.append(1)
            raise RuntimeError("broken")

    pages = {"one.html": "{{ thing.broken }}"}
    own = Engine(
        loaders=[("integr8admin.template_loader.Loader", [("django.template.loaders.locmem.Loader", pages)])]
    )
    with pytest.raises(RuntimeError):
        own.get_template("one.html").render(Context({"thing": Counted()}))
    assert asked == [1]


def test_with_debug_on_django_says_which_node_an_error_is_of():
    pages = {"one.html": "{% include 'two.html' %}", "two.html": ""}
    loaders = [("integr8admin.template_loader.Loader", [("django.template.loaders.locmem.Loader", pages)])]
    assert type(Engine(loaders=loaders, debug=True).get_template("one.html").nodelist[0]) is IncludeNode
    assert type(Engine(loaders=loaders).get_template("one.html").nodelist[0]) is QuickInclude


def test_the_nodes_within_nodes_are_quick():
    text = "{% if a %}{% for b in a %}{% with c=b %}{% include 'foot.html' %}{% endwith %}{% endfor %}{% endif %}"
    pages = {"one.html": text}
    own = Engine(
        loaders=[("integr8admin.template_loader.Loader", [("django.template.loaders.locmem.Loader", pages)])]
    )
    condition: Any = own.get_template("one.html").nodelist[0]
    [loop] = condition.nodelist
    [naming] = loop.nodelist_loop
    assert [type(node) for node in naming.nodelist] == [QuickInclude]
    assert type(loop.nodelist_loop) is type(naming.nodelist) is QuickNodes
