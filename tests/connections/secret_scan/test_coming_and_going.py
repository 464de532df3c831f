"""A day of inviting, signing in in every way, proving and resetting leaves no password, code, secret or link behind."""

import re
from urllib.parse import urlsplit

import pytest
import requests
from django.core import mail
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.models import Event
from apps.jobs.runner import take_turn
from apps.mail.models import Message
from apps.people.models import Invitation
from tests.accounts.openid.conftest import MIA, configuration
from tests.connections.secret_scan.scanning import CANARY, Pages, scan
from tests.support.openid_provider import CLIENT_SECRET, running_provider
from tests.support.passkeys import HOST, Device
from tests.support.people import forget_proof, signed_in
from tests.support.second_factors import code_of, wrong_code_of

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD, WRONG, NEW = "the canary of a first day", "the canary that is wrong", "the canary of a second day"
#: What the log has to tell of the day.
HAPPENED = {
    *("person_invited", "person_joined", "signed_in", "sign_in_failed", "step_up", "step_up_failed"),
    *("factor_added", "factor_used", "factor_failed", "factor_reset", "password_changed", "session_ended"),
    *("person_deactivated", "person_reactivated"),
}


@pytest.fixture
def keep(tmp_path):
    return Pages(tmp_path / "pages")


@pytest.fixture(autouse=True)
def _long_recovery_codes(settings):
    """So long that no number of something else is one by chance."""
    settings.MFA_RECOVERY_CODE_DIGITS = 18


def send_mails() -> None:
    """What the worker does."""
    for kind, rows in (("people.Invitation", Invitation.objects), ("mail.Message", Message.objects)):
        for row in rows.filter(due_at__lte=Now()):
            take_turn(kind, str(row.pk), most_steps=1)


def be_invited(keep, admin) -> tuple[Client, str]:
    """Invited by the admin and joined; the browser, and the path of the link."""
    person = signed_in(admin)
    keep(person.post(reverse("people:invite"), {"email": "nina@example.com", "role": "manager"}, follow=True))
    send_mails()
    found = re.search(r"http\S+(/invitations/\S+/)", str(mail.outbox[-1].body))
    assert found
    client = Client(SERVER_NAME=HOST)
    keep(client.get(found[1]))
    form = {"name": "Nina", "password1": PASSWORD, "password2": WRONG, "time_zone": "UTC"}
    keep(client.post(found[1], form))
    assert keep(client.post(found[1], {**form, "password2": PASSWORD})).status_code == 302
    keep(client.get(found[1]))
    return client, found[1]


def set_up_factors(keep, client) -> tuple[str, Device]:
    """A code app and a passkey; the app's secret and the device."""
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": wrong_code_of(secret)})
    assert keep(client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})).status_code == 302
    device = Device()
    options = client.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]
    made = {"name": "Laptop", "credential": device.created(dict(options))}
    assert keep(client.post(reverse("mfa_add_webauthn"), made)).status_code == 302
    keep(client.get(reverse("mfa_index")))
    return secret, device


def read_recovery_codes(keep, client) -> list[str]:
    """They are shown once."""
    keep(client.post(reverse("mfa_generate_recovery_codes")))
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"\b\d{18}\b", shown)
    assert len(codes) == 10
    keep(client.get(reverse("mfa_view_recovery_codes")))
    return codes


def sign_in_in_every_way(keep, secret: str, codes: list[str], device: Device) -> Client:
    """With a wrong password, a wrong code, a used one, the app's next, a recovery code twice, a passkey."""
    person = User.objects.get(email="nina@example.com")
    for given in (wrong_code_of(secret), code_of(secret, 1), codes[0], codes[0]):
        client = Client(SERVER_NAME=HOST)
        keep(client.get(reverse("account_login")))
        for password in (WRONG, PASSWORD):
            keep(client.post(reverse("account_login"), {"login": person.email, "password": password}))
        keep(client.post(reverse("mfa_authenticate"), {"code": given}, follow=True))
    client = Client(SERVER_NAME=HOST)
    asked = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    options = asked.json()["request_options"]
    shown = {"credential": device.shown(dict(options), person.pk)}
    assert keep(client.post(reverse("mfa_login_webauthn"), shown)).status_code == 302
    return client


def prove_anew(keep, client, secret: str, code: str, service) -> None:
    """A key that was typed too late waits for the password, and for a recovery code the next time."""
    key = {"service": service.pk, "authentication": "api-key", "key": CANARY}
    for way, given in (("account_reauthenticate", "password"), ("mfa_reauthenticate", "code")):
        forget_proof(client)
        keep(client.post(reverse("connections:create"), key))
        wrong = WRONG if given == "password" else wrong_code_of(secret)
        right = PASSWORD if given == "password" else code
        for value in (wrong, right):
            answer = keep(client.post(reverse(way), {given: value, "next": reverse("connections:create")}))
        assert answer.status_code == 302
        keep(client.get(reverse("connections:create")))
    form = {"oldpassword": WRONG, "password1": NEW, "password2": NEW}
    keep(client.post(reverse("account_change_password"), form))
    keep(client.post(reverse("account_change_password"), {**form, "oldpassword": PASSWORD}))


def test_a_day_of_coming_and_going_leaves_no_secret_anywhere(
    admin, admin_connection, service, sandbox, log, tmp_path, keep
):
    client, path = be_invited(keep, admin)
    secret, device = set_up_factors(keep, client)
    codes = read_recovery_codes(keep, client)
    client = sign_in_in_every_way(keep, secret, codes, device)
    prove_anew(keep, client, secret, codes[1], service)
    person = User.objects.get(email="nina@example.com")
    assert person.check_password(NEW)
    one = signed_in(admin)
    for name in ("people:reset_factor", "people:end_sessions", "people:deactivate", "people:reactivate"):
        keep(one.post(reverse(name, args=[person.pk]), follow=True))
    for name in ("people:list", "changes:product", "accounts:sessions", "accounts:preferences"):
        keep(one.get(reverse(name)))
    send_mails()
    assert set(Event.objects.values_list("kind", flat=True)) >= HAPPENED
    assert_nothing_is_left(
        tmp_path, log, keep, [PASSWORD, WRONG, NEW, CANARY, secret, *codes, path.strip("/")]
    )


def test_signing_in_and_proving_at_a_provider_leave_no_token(service, log, tmp_path, keep, settings, client):
    with running_provider() as provider:
        provider.person = dict(MIA)
        settings.SITE_URL = "http://testserver"
        settings.OPENID_PROVIDER = configuration(provider.issuer)
        seen = [CLIENT_SECRET, "the-access-token"]
        sign = provider.sign

        def signed(claims):
            from tests.support.openid_provider import signed as sign_rightly

            seen.append((sign or sign_rightly)(claims))
            return seen[-1]

        provider.sign = signed
        for name, nonce, status in (
            ("openid_start", "of another", 401),
            ("openid_start", None, 302),
            ("openid_confirm", "of another", 401),
            ("openid_confirm", None, 302),
        ):
            provider.wrong_claims = {"nonce": nonce} if nonce else {}
            page = client.post(reverse(name), {"next": "/connections/"})
            address = page["Refresh"].partition(";url=")[2]
            back = urlsplit(requests.get(address, allow_redirects=False, timeout=10).headers["Location"])
            assert keep(client.get(f"{back.path}?{back.query}")).status_code == status
        keep(client.get("/connections/"))
        keep(client.post(reverse("account_logout")))
    assert len(seen) == 6
    assert_nothing_is_left(tmp_path, log, keep, seen)


def assert_nothing_is_left(tmp_path, log, keep, secrets) -> None:
    """In database, queue, cache, log, mails and pages; a mail has the link it is for."""
    canaries, written, mails = tmp_path / "canaries", tmp_path / "web.log", tmp_path / "mails"
    mails.mkdir()
    for number, message in enumerate(mail.outbox):
        (mails / f"{number}.eml").write_bytes(message.message().as_bytes())
    written.write_text(log.getvalue())
    assert log.getvalue()
    canaries.write_text("\n".join(secrets))
    assert ": 0 found." in scan(canaries, written)
    # The page of a link has its address in it, and the mail is how it came.
    canaries.write_text("\n".join(secret for secret in secrets if "invitations/" not in secret))
    assert ": 0 found." in scan(canaries, with_links=(keep.folder, mails))
