"""Secrets of second factors are encrypted for their owner, and follow the ring."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from apps.accounts.second_factor.codes import Outcome, try_code
from apps.accounts.second_factor.sealed import outside_first_ring_key
from apps.encryption.ring import DecryptionFailed
from apps.encryption.rotation import rotate
from tests.support.second_factors import code_of, give_app, give_recovery_codes, row_of

pytestmark = pytest.mark.django_db

CODES = Authenticator.Type.RECOVERY_CODES


def ring(*names):
    return {name: name.encode().ljust(32, b"-") for name in names}


def test_the_database_holds_neither_secret_nor_codes(person):
    secret = give_app(person)
    codes = give_recovery_codes(person)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]
    assert stored.count("ring:") == 2


def test_a_secret_of_another_persons_row_opens_nothing(person, other):
    secret = give_app(person)
    give_app(other)
    data = Authenticator.objects.values_list("data", flat=True).get(user=person)
    Authenticator.objects.filter(user=other).update(data=data)
    assert try_code(other, code_of(secret)) == (Outcome.WRONG, None)
    assert try_code(person, code_of(secret))[0] is Outcome.RIGHT


def test_a_secret_in_clear_opens_nothing(person):
    secret = give_app(person)
    Authenticator.objects.filter(user=person).update(data={"secret": secret})
    assert try_code(person, code_of(secret)) == (Outcome.WRONG, None)


def test_a_seed_of_another_persons_row_gives_no_codes(person, other):
    give_recovery_codes(person)
    give_recovery_codes(other)
    data = Authenticator.objects.values_list("data", flat=True).get(user=person)
    Authenticator.objects.filter(user=other).update(data=data)
    with pytest.raises(DecryptionFailed):
        row_of(other, CODES).wrap().get_unused_codes()


def test_rotation_moves_them_and_used_codes_stay_used(person, settings):
    settings.API_KEY_RING = ring("old")
    secret = give_app(person)
    codes = give_recovery_codes(person)
    try_code(person, codes[0])
    settings.API_KEY_RING = ring("new", "old")
    assert outside_first_ring_key().count() == 2
    counts = rotate()
    assert (counts.moved, counts.unreadable, counts.left) == (2, 0, 0)
    settings.API_KEY_RING = ring("new")
    assert try_code(person, code_of(secret))[0] is Outcome.RIGHT
    assert try_code(person, codes[0])[0] is Outcome.USED
    assert try_code(person, codes[1])[0] is Outcome.RIGHT


def test_a_second_rotation_moves_nothing(person):
    give_app(person)
    assert not outside_first_ring_key().exists()
    assert rotate().moved == 0


def test_what_no_ring_key_opens_is_counted_and_stays(person, settings, capsys):
    settings.API_KEY_RING = ring("lost")
    give_app(person)
    settings.API_KEY_RING = ring("new")
    counts = rotate()
    assert (counts.moved, counts.unreadable, counts.left) == (0, 1, 1)
    with pytest.raises(Exception, match="No ring key reads some keys"):
        call_command("rotate_keys")
