"""What the worker clears away by itself."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.jobs.supervisor import Supervisor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "engine", ["apps.accounts.sessions.store", "django.contrib.sessions.backends.cached_db"]
)
def test_sessions_that_are_over_are_removed_and_others_stay(settings, engine):
    settings.SESSION_ENGINE = engine
    for _ in range(2):
        session = import_module(engine).SessionStore()
        session["a"] = 1
        session.save()
    Session.objects.filter(pk=session.session_key).update(expire_date=timezone.now() - timedelta(minutes=1))
    supervisor = Supervisor(45)
    assert supervisor._prune in supervisor.due
    supervisor._prune()
    assert Session.objects.count() == 1
    assert not Session.objects.filter(pk=session.session_key).exists()
