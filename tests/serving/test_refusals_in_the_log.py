"""A request that is refused is one line of the log, whatever a stranger sends; a fault of ours has its traceback."""

import io
import logging

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from apps.accounts.policy import Capability
from apps.accounts.routes import route

RAISED = {
    "bad": BadRequest("half of it is missing"),
    "denied": PermissionDenied("not yours"),
    "suspicious": SuspiciousOperation("too clever"),
    "fault": LookupError("a fault of ours"),
}


def raising(request: HttpRequest, kind: str) -> HttpResponse:
    """What goes wrong."""
    raise RAISED[kind]


urlpatterns = [
    route("raise/<str:kind>/", raising, name="raise", get=Capability.ANYBODY),
    path("", include("integr8admin.urls")),
]
handler400 = "integr8admin.error_views.bad_request"
handler403 = "integr8admin.error_views.forbidden"
handler500 = "integr8admin.error_views.server_error"


@pytest.fixture
def written(monkeypatch):
    """What the handler of the settings writes."""
    stream = io.StringIO()
    [handler] = [one for one in logging.getLogger().handlers if one.get_name() == "stderr"]
    monkeypatch.setattr(handler, "stream", stream)
    return stream


@pytest.fixture
def stranger():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("path", ["/", "/account/login/", "/nowhere/"])
@pytest.mark.parametrize("https", [False, True])
def test_a_host_that_is_not_ours_is_refused_in_one_line(stranger, written, settings, db, path, https):
    settings.SECURE_SSL_REDIRECT = https
    answer = stranger.get(path, headers={"Host": "evil.example\x1b"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    [line] = written.getvalue().splitlines()
    assert " WARNING django.security.DisallowedHost " in line
    assert "evil.example" in line and "\x1b" not in line
    assert f"[{answer['X-Request-ID']}]" in line


def test_a_form_with_too_many_fields_is_one_line(stranger, written, settings, db):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    answer = stranger.post("/account/login/", {f"field{number}": "x" for number in range(9)})
    assert answer.status_code == 400
    assert len(written.getvalue().splitlines()) == 1


@pytest.mark.parametrize(("kind", "status"), [("bad", 400), ("denied", 403), ("suspicious", 400)])
def test_what_a_view_refuses_is_one_line(stranger, written, settings, db, kind, status):
    settings.ROOT_URLCONF = __name__
    answer = stranger.get(f"/raise/{kind}/")
    assert answer.status_code == status
    [line] = written.getvalue().splitlines()
    assert f"[{answer['X-Request-ID']}]" in line


@pytest.mark.parametrize(
    ("method", "path", "status", "logger"),
    [
        ("GET", "/nowhere/", 404, "django.request"),
        ("GET", "/integrations/int-eu/offers/nothing-of-this/", 404, "django.request"),
        ("PUT", "/account/login/", 405, "django.request"),
        # Made while it is sent.
        ("GET", "/list-files/publishers/csv/", 200, "apps.api"),
    ],
)
def test_each_line_has_the_id_of_its_request(admin_client, written, method, path, status, logger):
    logging.getLogger("apps.api").setLevel(logging.INFO)
    answer = admin_client.generic(method, path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    assert answer.status_code == status
    lines = [line for line in written.getvalue().splitlines() if f" {logger} " in line]
    assert lines
    assert [line for line in lines if f" [{answer['X-Request-ID']}] " not in line] == []


def test_a_fault_of_ours_keeps_its_traceback(stranger, written, settings, db):
    settings.ROOT_URLCONF = __name__
    assert stranger.get("/raise/fault/").status_code == 500
    assert " ERROR django.request " in written.getvalue()
    assert "LookupError: a fault of ours" in written.getvalue()
