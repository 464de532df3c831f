"""Who has an old key is told once, and every thirty days from then on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.connections.models import Connection
from apps.jobs import upkeep
from apps.mail.models import Message
from apps.notifications.key_renewal import remind
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db


def aged(connection, days):
    Connection.objects.filter(pk=connection.pk).update(
        stored_at=timezone.now() - timedelta(days=days, hours=1)
    )


def told() -> int:
    return Notification.objects.filter(kind="key_renewal_due").count()


def test_an_old_key_is_told_once_and_again_after_thirty_days(admin_connection, settings):
    settings.KEY_RENEWAL_DAYS = 90
    for days, count in ((89, 0), (90, 1), (91, 1), (119, 1), (120, 2), (121, 2)):
        aged(admin_connection, days)
        remind()
        remind()
        assert told() == count, days
    assert Message.objects.filter(key__startswith="key_renewal_due").count() == 2
    mail = Message.objects.filter(key__startswith="key_renewal_due").latest("pk")
    assert mail.recipient == admin_connection.owner
    assert f"/connections/{admin_connection.pk}/" in mail.text


def test_nobody_is_told_of_a_new_a_removed_or_a_former_persons_key(admin_connection, settings):
    settings.KEY_RENEWAL_DAYS = 90
    assert remind() == 0
    aged(admin_connection, 100)
    settings.KEY_RENEWAL_DAYS = 0
    assert remind() == 0
    settings.KEY_RENEWAL_DAYS = 90
    admin_connection.owner.is_active = False
    admin_connection.owner.save()
    assert remind() == 0
    admin_connection.owner.is_active = True
    admin_connection.owner.save()
    Connection.objects.filter(pk=admin_connection.pk).update(ring_key_id="", encrypted_key=b"")
    assert remind() == 0


def test_a_renewed_key_is_young_again(admin_connection, admin_client, settings):
    settings.KEY_RENEWAL_DAYS = 90
    aged(admin_connection, 100)
    assert "Renew</" in admin_client.get("/connections/").content.decode()
    from apps.connections.keys.storage import read_key, save_key

    save_key(
        admin_connection.owner,
        admin_connection.service,
        admin_connection.authentication,
        read_key(Connection.objects.get(pk=admin_connection.pk)),
    )
    assert remind() == 0
    assert "Renew</" not in admin_client.get("/connections/").content.decode()


def test_the_worker_reminds_every_hour(admin_connection, settings):
    settings.KEY_RENEWAL_DAYS = 90
    aged(admin_connection, 100)
    upkeep.do_all()
    assert told() == 1
