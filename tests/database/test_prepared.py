"""The database of tests is the one that all migrations leave, though they went over another one."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def test_no_migration_is_left_and_each_was_noted():
    executor = MigrationExecutor(connection)
    assert executor.loader.applied_migrations
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_what_is_made_after_migrations_is_there():
    noted = set(ContentType.objects.values_list("app_label", "model"))
    assert {(model._meta.app_label, model._meta.model_name) for model in apps.get_models()} <= noted
