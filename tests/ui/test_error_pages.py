"""Every error of the API has words, a status and a next step."""

import pytest
from django.template.loader import render_to_string

from apps.api import errors
from apps.api.errors import ApiError, NotPermitted, OutcomeUnknown, RateLimited, RequestRefused
from apps.ui.error_pages import NOTHING_CHANGED, describe

CLASSES = sorted(
    (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ApiError)),
    key=lambda kind: kind.__name__,
)
STATUSES = {
    "ApiError": 502,
    "ForeignOrigin": 504,
    "KeyRejected": 403,
    "NotPermitted": 403,
    "OutcomeUnknown": 504,
    "RateLimited": 429,
    "RecordNotFound": 404,
    "RequestRefused": 400,
    "ServiceFailed": 502,
    "Unreachable": 504,
    "UnreadableAnswer": 502,
}


def test_every_class_of_error_is_here():
    assert {kind.__name__ for kind in CLASSES} == STATUSES.keys()


@pytest.mark.parametrize("message", ["", "The server's own words."])
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_put_in_words(kind, message):
    description = describe(kind("listOffers", message))
    assert description.status == STATUSES[kind.__name__]
    assert description.title
    assert description.next_step
    assert description.kept
    if message:
        assert f"“{message}”" in description.cause


def test_only_what_the_server_said_is_quoted():
    error = errors.ServiceFailed("listOffers", "The service did not answer in time.")
    error.is_quoted = False
    assert describe(error).cause == "The service did not answer in time."


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_only_an_unknown_outcome_does_not_promise_that_nothing_was_changed(kind):
    assert (describe(kind("x", "")).kept == NOTHING_CHANGED) == (kind is not OutcomeUnknown)


def test_only_a_refused_key_leads_to_the_page_that_mends_it():
    assert [kind.__name__ for kind in CLASSES if describe(kind("x", "")).needs_key] == ["KeyRejected"]


def test_a_refused_address_has_another_next_step_than_a_missing_permission():
    address = describe(NotPermitted("x", "IP not whitelisted", address_refused=True))
    permission = describe(NotPermitted("x", "no"))
    assert "address" in address.next_step
    assert address.next_step != permission.next_step


def test_the_wait_is_named_and_passed_on():
    described = describe(RateLimited("x", "", retry_after=30.2))
    assert described.title == "The API asks us to wait 30 seconds"
    assert described.retry_after == 30
    assert describe(RateLimited("x", "")).retry_after is None


def test_the_fields_of_a_refusal_are_named():
    error = RequestRefused("x", "Bad request.", field_errors={"filter[id]": ["is odd", "is long"]})
    assert describe(error).cause == "The API says: “Bad request.” filter[id]: is odd is long"


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 503])
def test_the_answer_that_is_quoted_is_the_apis_own(admin_client, sandbox, status):
    sandbox.faults({"kind": "status", "status": status, "operation": "*", "times": None})
    addresses = ["/integrations/int-eu/offers/", "/reports/clicks/?integration_id=int-eu", "/users/"]
    for address in addresses if status == 404 else [*addresses, "/publishers/2001/"]:
        assert f"To quote: answer {status}, " in admin_client.get(address, follow=True).content.decode()


@pytest.mark.parametrize("status", [409, 422, 500, 503])
def test_a_panel_and_a_row_of_a_result_quote_it_too(status):
    error = (errors.RequestRefused if status < 500 else errors.ServiceFailed)(
        "listOffers", "No.", status=status
    )
    description = describe(error)
    assert description.sentence.endswith(f"“No.” (answer {status})")
    assert f"(answer {status})" in render_to_string("components/_error_notice.html", {"error": description})


def test_a_call_without_an_answer_quotes_none():
    assert describe(errors.Unreachable("listOffers", "No connection.")).quote == ""


@pytest.mark.parametrize("operation", ["updateOffer", "listOffers"])
def test_a_refusal_that_names_nothing_is_not_said_to_name_something(operation):
    error = RequestRefused(operation, "The service did not accept the request.", status=422)
    error.is_quoted = False
    assert "what it names" not in describe(error).next_step


@pytest.mark.parametrize(
    ("operation", "speaks_of_filters"), [("getOffer", False), ("updateOffer", False), ("listOffers", True)]
)
def test_a_refusal_speaks_of_filters_only_where_there_are_some(operation, speaks_of_filters):
    words = describe(RequestRefused(operation, "No.", status=400)).next_step
    assert ("filter" in words) is speaks_of_filters
