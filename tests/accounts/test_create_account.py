"""`manage.py create_account`."""

import io

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Role, User

PASSWORD = "a long enough password"

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    """Standard input of somebody who sits in front of a terminal."""

    def isatty(self) -> bool:
        return True


def create(monkeypatch, *arguments: str, stdin: io.StringIO | None = None) -> str:
    monkeypatch.setattr("sys.stdin", stdin or io.StringIO(""))
    output = io.StringIO()
    call_command("create_account", *arguments, stdout=output, no_color=True)
    return output.getvalue()


def test_the_password_comes_from_standard_input(monkeypatch):
    said = create(
        monkeypatch, "Mia@Example.com", "--role", "admin", "--name", "Mia", stdin=io.StringIO(PASSWORD + "\n")
    )
    person = User.objects.get()
    assert (person.email, person.name, person.role) == ("mia@example.com", "Mia", Role.ADMIN)
    assert person.check_password(PASSWORD)
    assert PASSWORD not in said
    assert not (person.is_superuser)


def test_the_password_comes_from_a_file(monkeypatch, tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\r\n")
    create(monkeypatch, "mia@example.com", "--role", "manager", "--password-file", str(file))
    assert User.objects.get().check_password(PASSWORD)


def test_without_a_password_the_person_sets_one_by_mail(monkeypatch):
    create(monkeypatch, "mia@example.com", "--role", "manager", "--no-password")
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize(
    ("arguments", "stdin", "reason"),
    [
        (["mia@example.com"], Terminal(PASSWORD), "standard input"),
        (["mia@example.com"], io.StringIO(" \n"), "empty"),
        (["mia@example.com"], io.StringIO("short"), "at least 12"),
        (["mia@example.com", "--password-file", "/no/such/file"], io.StringIO(PASSWORD), "cannot be read"),
        (["not an address"], io.StringIO(PASSWORD), "valid email"),
    ],
)
def test_what_cannot_be_done_is_said_and_makes_nothing(monkeypatch, arguments, stdin, reason):
    with pytest.raises(CommandError, match=reason):
        create(monkeypatch, *arguments, "--role", "manager", stdin=stdin)
    assert not User.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_an_account_has_the_role_that_was_named(monkeypatch, role):
    said = create(monkeypatch, "mia@example.com", "--role", role, "--no-password")
    assert User.objects.get().role == role
    assert f"({role.label})" in said


def test_an_account_that_exists_is_left_alone(monkeypatch):
    User.objects.create_user("mia@example.com", PASSWORD, role=Role.MANAGER)
    with pytest.raises(CommandError, match="exists already"):
        create(monkeypatch, "MIA@example.com", "--role", "admin")
    said = create(monkeypatch, "MIA@example.com", "--role", "admin", "--if-missing")
    assert "nothing changed" in said
    assert User.objects.get().role == Role.MANAGER
