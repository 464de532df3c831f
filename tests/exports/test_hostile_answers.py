"""Whatever an API answers about exports, the pages stand: nothing breaks, nothing runs, nothing is believed."""

import re
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exports.test_pages import text_of

ODD_TEXTS = st.sampled_from(
    [
        "",
        " ",
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "\u202eevil\u0000\n\r\t",
        "x" * 5_000,
        "../..",
        ".",
        "%2e%2e/",
        "{{ 7|add:7 }}",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59+14:00",
        "2026-13-45",
        "2026-11-01T00:00:00Z",
        "COMPLETED",
        "PENDING",
        "???",
        "conversion_logs",
        "postback_logs",
        "impressions_of_the_future",
        "🙂" * 50,
    ]
)
ODD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**25), 10**25),
        st.floats(allow_nan=False, allow_infinity=False),
        ODD_TEXTS,
        st.text(max_size=12),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(ODD_TEXTS, inner, max_size=3)),
    max_leaves=6,
)
FIELDS = (
    "id",
    "type",
    "status",
    "error",
    "integration",
    "created_at",
    "updated_at",
    "requested_by",
    "guest_token",
    "artifact",
    "results_meta",
    "reports_query_option",
    "format",
)
INNER = {
    "results_meta": ("total", "duration_seconds"),
    "reports_query_option": ("start_date", "end_date", "timezone", "fields", "extra_parameters", "filters"),
    "format": ("type", "delimiter"),
    "artifact": ("name", "size", "content_type"),
}
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(ODD, st.fixed_dictionaries({}, optional=dict.fromkeys(INNER[name], ODD)))
        if name in INNER
        else ODD
        for name in FIELDS
    },
)
MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def answer(sandbox, operation: str, body: Any) -> None:
    sandbox.faults({"operation": operation, "times": None, "kind": "status", "status": 200, "body": body})


def assert_harmless(page: str) -> None:
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert not re.search(r'(?:href|action|src)="\s*javascript:', page)


@MANY
@given(records=st.lists(st.one_of(RECORDS, ODD), max_size=6), meta=ODD)
def test_the_list_shows_any_answer(admin_client, sandbox, records, meta):
    answer(sandbox, "listExports", {"data": records, "meta": meta})
    response = admin_client.get("/exports/")
    assert response.status_code == 200
    objects = sum(isinstance(record, dict) for record in records)
    assert len(response.context["center"].rows) == objects
    page = text_of(response)
    assert_harmless(page)
    for link in re.findall(r'href="(/exports/api/[^"]+)"', page)[:2]:
        assert admin_client.get(link).status_code in (200, 404)


@MANY
@given(record=RECORDS)
def test_the_page_of_one_export_shows_any_answer(admin_client, sandbox, service, record):
    answer(sandbox, "getExport", {"data": record})
    response = admin_client.get(reverse("exports:remote", args=[service.pk, "exp-000008"]))
    assert response.status_code == 200
    assert_harmless(text_of(response))
    again = response.context["again_url"]
    if again and len(again) < 4_000:
        form = admin_client.get(again)
        assert form.status_code == 200
        assert_harmless(text_of(form))


@MANY
@given(records=st.lists(RECORDS, max_size=6))
def test_looking_for_an_existing_file_survives_any_answer(admin, admin_connection, sandbox, records):
    from apps.connections.clients import client_for
    from apps.exports.request.existing_files import ExistingFiles
    from tests.exports.conftest import spec_of

    answer(sandbox, "listExports", {"data": records})
    found = ExistingFiles(admin, admin_connection, client_for(admin_connection), spec_of()).find(spec_of())
    assert found is None or found.url


@pytest.mark.parametrize("body", [[], {"data": None}, {"data": {"a": 1}}, "text", 5, None])
def test_an_answer_of_another_shape_leaves_ours(admin_client, export, sandbox, body):
    answer(sandbox, "listExports", body)
    response = admin_client.get("/exports/")
    assert response.status_code == 200
    assert [row.ours for row in response.context["center"].rows] == [export]
    assert "only the exports you requested here are shown" in text_of(response)


@pytest.mark.parametrize("kind", ["html", "huge", "bad_json", "empty", "short_body", "close"])
def test_a_broken_answer_leaves_ours(admin_client, export, sandbox, kind):
    sandbox.faults({"operation": "listExports", "times": None, "kind": kind})
    response = admin_client.get("/exports/")
    assert response.status_code == 200
    assert [row.ours for row in response.context["center"].rows] == [export]
