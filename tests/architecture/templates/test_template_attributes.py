"""No template builds JSON, script or an address of somebody else's words out of text."""

import html
import json
import re
from pathlib import Path

import pytest
from django.template import Context, Template

ROOT = Path(__file__).resolve().parents[3] / "templates"
TEMPLATES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(ROOT.rglob("*.html"))}
#: Attributes that htmx reads as JSON, or as names and values.
JSON_ATTRIBUTES = r"(?:data-)?hx-(?:vals|headers|request|vars)"
BY_TAG = re.compile(r'"\{% json_object (?:(?!%\}).)+ %\}"')
#: `hx-vars` is evaluated, `hx-on` is script, `js:` makes any of them script; the rest turns escaping off.
FORBIDDEN = re.compile(
    r"hx-vars|hx-on|=\s*[\"']?\s*(?:js|javascript):|\|\s*safe\b|autoescape\s+off|<script(?![^>]*\bsrc=)|\son[a-z]+\s*="
)


def problems_in(text: str) -> list[str]:
    """What a template must not do, as the pieces of it that do."""
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    found = [match[0] for match in FORBIDDEN.finditer(text)]
    for match in re.finditer(rf"\b{JSON_ATTRIBUTES}\s*=\s*", text):
        rest = text[match.end() :]
        if not BY_TAG.match(rest):
            found.append(match[0] + rest[:60])
    # A value that begins like JSON and holds a variable; a variable in no quotes at all.
    found += re.findall(
        r"""=\s*(?:'(?:\[|\{(?![{%#]))[^']*\{[{%][^']*'|"(?:\[|\{(?![{%#]))[^"]*\{[{%].*)""", text
    )
    found += re.findall(r"<[a-z][^<>]*?\s[\w:-]+=\{\{[^<>]*", text)
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_builds_json_or_script_from_text(name):
    assert problems_in(TEMPLATES[name]) == []


@pytest.mark.parametrize(
    "text",
    [
        """<p hx-vals='{"shown": "{{ words }}"}'>""",
        """<p hx-vals='{"preview": "1"}'>""",
        """<p hx-vals="{{ values }}">""",
        """<p hx-headers='{"x": {{ x|safe }}}'>""",
        """<p hx-vals="js:{a: 1}">""",
        """<p hx-vals='{% json_object "a" b %}'>""",
        """<p data-chart='[{{ numbers|join:"," }}]'>""",
        """<p data-row='{"a": "{{ b }}"}'>""",
        """<p title={{ words }}>""",
        """<p hx-on:click="x()">""",
        """<p onclick="x()">""",
        """<script>let a = "{{ b }}"</script>""",
        """{{ words|safe }}""",
    ],
)
def test_the_check_finds_each_way(text):
    assert problems_in(text)


@pytest.mark.parametrize(
    "value",
    [
        '", "evil": "1',
        "'}' onload='x",
        "</section><script>alert(1)</script>",
        '\\", "a": "b',
        "{{ x }}",
        "\u2028é",
    ],
)
def test_a_value_stays_one_parameter_whatever_it_holds(value):
    template = Template('{% load json_objects %}<p hx-vals="{% json_object "shown" words "n" 1 %}">')
    page = template.render(Context({"words": value}))
    [attribute] = re.findall(r'^<p hx-vals="([^"<>]*)">$', page)
    assert json.loads(html.unescape(attribute)) == {"shown": value, "n": "1"}
