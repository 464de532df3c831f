"""No key in any text: a canary through every error, log line, repr and traceback."""

import base64
import copy
import io
import json
import logging
import pickle
import time
import traceback
from urllib.parse import quote

import pytest

from apps.api.credentials import Authentication, Credential, Secret
from apps.api.errors import ApiError
from apps.api.redaction import _NAMES, RedactingFormatter, is_secret_name, redact, without_credentials
from tests.api.conftest import KEY
from tests.api.raw_server import answer, raw, reset_after
from tests.api.test_faults import Start, change, create, make_export, read


def test_a_secret_shows_only_its_mask() -> None:
    secret = Secret(KEY)
    credential = Credential(Authentication.BEARER, secret)
    for text in (repr(secret), str(secret), f"{secret:>40}", "%s" % secret, repr(credential), repr([secret])):  # noqa: UP031
        assert KEY not in text
        assert "****" in text
    assert secret.reveal() == KEY


def test_a_secret_leaves_the_process_in_no_pickle_or_json() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Credential(Authentication.BEARER, Secret(KEY)))
    with pytest.raises(TypeError):
        json.dumps(Secret(KEY))
    assert copy.deepcopy(Secret(KEY)) == Secret(KEY)


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


@pytest.mark.parametrize("authentication", Authentication)
@pytest.mark.parametrize(
    "behaviour",
    [reset_after(), raw(b"junk\r\n"), answer(401, {"message": f"bad key {KEY}"}), answer(302, Location=f"/?k={KEY}"),
     answer(200, b"{"), answer(503, b"<html>")],
)  # fmt: skip
def test_no_error_log_line_or_traceback_holds_the_key(
    rig: Start, caplog: pytest.LogCaptureFixture, authentication: Authentication, behaviour
) -> None:
    caplog.set_level(logging.DEBUG)
    started = rig(behaviour, authentication=authentication)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logging.getLogger("apps.api").addHandler(handler)
    for action in (read, change, create, make_export):
        try:
            action(started.client)
        except ApiError as error:
            logging.getLogger("apps.api").exception("failed")
            # What the server itself echoes is for the formatter; our own chain must be clean.
            chain = "".join(traceback.format_exception(error)).replace(error.message, "")
            assert KEY not in chain
            assert error.__context__ is None
            assert KEY not in repr(error.__dict__).replace(error.message, "")
    logging.getLogger("apps.api").removeHandler(handler)
    own_lines = [r.getMessage() for r in caplog.records if r.name == "apps.api"]
    assert own_lines
    assert not any(KEY in line for line in own_lines)
    assert stream.getvalue()
    assert KEY not in stream.getvalue()
    assert KEY in repr(started.server.requests), "the key must have been sent for this test to mean anything"


def test_an_unreachable_service_names_no_address_with_a_key(rig: Start) -> None:
    started = rig(answer(), authentication=Authentication.QUERY)
    started.server.stop()
    with pytest.raises(ApiError) as caught:
        read(started.client)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_log_line_names_operation_path_and_time_but_no_id_or_query(
    rig: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="apps.api")
    started = rig(answer(200, {"data": {"id": "77"}}, X_Request_Id="their-9"))
    started.client.call("getPublisher", {"publisherID": "canary-id"}, [("filter[a]", "canary-value")])
    (record,) = caplog.records
    assert "getPublisher GET /publishers/{publisherID} -> 200 in " in record.getMessage()
    assert "/their-9, connection 7.1" in record.getMessage()
    assert "canary" not in record.getMessage()


@pytest.mark.parametrize(
    "text",
    [
        "GET /x?access_token={0}&a=1", "API-KEY: {0}", "api_key={0}", "'API-KEY': '{0}'", '{{"api-key": "{0}"}}',
        "Authorization: Bearer {0}", "{{'Authorization': 'Bearer {0}'}}", "Authorization=Token {0}",
        '{{\\"password\\": \\"{0}\\"}}', "password={0}", "guest_token={0};", "https://user:{0}@host/x",
        "https://s3.example/f?X-Amz-Credential=a&X-Amz-Signature={0}&x=1", "access_token%3D{0}", "token: {0}",
        "bearer {0}", "https://x/?sig={0}", "filter[password]={0}",
    ],
)  # fmt: skip
def test_what_follows_a_telling_name_is_masked(text: str) -> None:
    unknown = "Xq9unregistered77"
    assert unknown not in redact(text.format(unknown))
    assert unknown not in without_credentials(text.format(unknown))


@pytest.mark.parametrize("name", _NAMES.split("|"))
def test_every_telling_name_masks_what_follows_it(name: str) -> None:
    name = name.replace("[_-]?", "-").replace("[a-z-]{1,60}", "id").rstrip("?")
    assert without_credentials(f"{name.upper()}=Xq9unregistered77") == f"{name.upper()}=********"
    assert is_secret_name(name)


def test_what_is_stored_keeps_its_links_and_placeholders() -> None:
    text = "https://x.example/AbC0123456789AbC0123456789?offer=1#part https://x.example/?token={click_id}&a=1"
    assert without_credentials(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "GET /shared/{0}/ HTTP/1.1", "Not Found: /shared/{0}/file/", "/account/password/reset/key/2k4-{0}/",
        "Not Found: //account//password//reset//key//{0}//", "/password%252Freset%252Fkey%252F{0}",
        "/login/?next=%2Fshared%2F{0}%2F", "https://desk.example.com/account/password/reset/key/2k4-d1-{0}/?x=1",
        "https:\\/\\/desk.example.com\\/shared\\/{0}\\/", "/invite/{0}", "/en/invitations/{0}/accept",
        "/users/confirm/{0}",
        "https://files.example/a/b.csv?se=2026&sp=r&code={0}", "https://files.example/b?{0}", "https://x.example/#id={0}",
        "https://files.example/a%20b.csv?Expires=1&Key={0}", "url=https%3A%2F%2Ffiles.example%2Ff%3Fst%3D{0}",
        "'https://files.example/f?a=1&b={0}'", "/d/Ab3{0}Cd4Ef5Gh6Ij7Kl8/file.csv", "/unsubscribe/{0}", "csrftoken={0}",
        "jwt={0}", "client_secret: {0}",
    ],
)  # fmt: skip
def test_a_link_with_a_secret_in_it_is_masked_whosever_it_is(text: str) -> None:
    unknown = "xq9unregistered77"
    line = redact(text.format(unknown))
    assert unknown not in line
    assert line[:3] == text[:3]


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /integrations/int-eu/offers/4711/", "/exports/api/123e4567-e89b-12d3-a456-426614174000/77/share/",
        "/static/css/base.3f2a1bc9d0ef.css", "/account/password/reset/done/", "/offers/?sort=-name",
        'File "/app/apps/api/transport.py", line 12, in send', "https://api.app.integr8.co/api/v2/offers",
    ],
)  # fmt: skip
def test_other_addresses_stay_readable(line: str) -> None:
    assert redact(line) == line


def test_a_living_secret_is_masked_in_every_form() -> None:
    secret = Secret("p@ss/word+canary")
    plain = secret.reveal()
    for form in (plain, quote(plain, safe=""), base64.b64encode(plain.encode()).decode()):
        assert form.rstrip("=") not in redact(f"say {form} aloud")


@pytest.mark.parametrize(
    "part", ["a.", "token", "://", "bearer ", "a://b:", 'password="', "authorization: ", "x=="]
)
def test_a_long_hostile_text_takes_no_time(part: str) -> None:
    text = part * (100_000 // len(part))
    begun = time.process_time()
    redact(text)
    assert time.process_time() - begun < 2


def test_ordinary_text_is_left_alone() -> None:
    text = "listOffers GET /integrations/{integrationID}/offers -> 200 in 12 ms, try 1, connection 7.1"
    assert redact(text) == text


def test_a_message_cannot_start_a_line_of_its_own() -> None:
    record = logging.LogRecord("a", logging.INFO, "f", 1, "name %s", ("x\n[INFO] forged\u2028",), None)
    assert RedactingFormatter("%(message)s").format(record) == r"name x\n[INFO] forged\u2028"


def test_a_traceback_keeps_its_lines_and_loses_its_secrets() -> None:
    secret = Secret("canary-in-traceback")
    try:
        raise ValueError(f"with {secret.reveal()}")
    except ValueError as error:
        record = logging.LogRecord("a", 40, "f", 1, "failed", (), (type(error), error, error.__traceback__))
    text = RedactingFormatter("%(message)s").format(record)
    assert "Traceback (most recent call last):\n" in text
    assert "canary-in-traceback" not in text
