"""A question that is worked out once gives each time what its query set gives, for the values of that time alone."""

import threading

import pytest
from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.connections.models import Connection, Service
from apps.database.compiled_queries import CompiledQuery, Given

HOSTILE = "' OR 1=1 --"


@pytest.fixture
def names(db):
    """Accounts of three people, by their address."""
    return {
        name: User.objects.create(email=f"{name}@example.com", name=name) for name in ("ada", "ben", HOSTILE)
    }


def by_name() -> "CompiledQuery[User]":
    return CompiledQuery(lambda: User.objects.filter(name=Given("name", User._meta.get_field("name"))))


def test_each_time_it_is_asked_the_values_of_that_time_count(names):
    question = by_name()
    for name in names:
        assert question.all(name=name) == [names[name]]
        assert question.any(name=name)
    assert question.all(name="nobody") == []
    assert not question.any(name="nobody")


def test_its_sql_is_worked_out_once(names, monkeypatch):
    question = by_name()
    question.all(name="ada")
    question.any(name="ada")
    monkeypatch.delattr(SQLCompiler, "as_sql")
    assert question.all(name="ben") == [names["ben"]]
    assert question.any(name="ben")


def test_a_value_is_turned_into_what_the_database_holds(names):
    question = CompiledQuery(lambda: User.objects.filter(pk=Given("person", User._meta.pk)))
    assert question.all(person=names["ada"].pk) == [names["ada"]]
    assert question.all(person=str(names["ada"].pk)) == [names["ada"]]


def test_rows_are_whole_with_what_is_joined_and_without_what_is_deferred(admin_connection):
    question = CompiledQuery(
        lambda: (
            Connection.objects.filter(owner=Given("owner", User._meta.pk))
            .select_related("service")
            .defer("service__contract")
        )
    )
    [found] = question.all(owner=admin_connection.owner_id)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert found.service.name == admin_connection.service.name
    assert not queries
    assert found.service.get_deferred_fields() == {"contract"}
    assert not found._state.adding
    assert {field.attname: getattr(found, field.attname) for field in Connection._meta.concrete_fields} == {
        field.attname: getattr(admin_connection, field.attname) for field in Connection._meta.concrete_fields
    }


def test_order_limit_and_conditions_without_a_value_are_kept(names):
    question = CompiledQuery(
        lambda: User.objects.filter(
            models.Q(name="ada") | models.Q(name=Given("name", User._meta.get_field("name")))
        ).order_by("-email")[:1]
    )
    assert question.all(name="ben") == [names["ben"]]
    assert question.all(name="nobody") == [names["ada"]]


def test_a_row_that_changed_is_read_as_it_is_now(names):
    question = by_name()
    assert question.all(name="ada")
    names["ada"].name = "ada two"
    names["ada"].save()
    assert not question.all(name="ada")
    assert question.all(name="ada two") == [names["ada"]]


def test_a_value_that_is_not_given_is_an_error(names):
    with pytest.raises(KeyError):
        by_name().all()


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    Service.objects.create(name="One", kind=Service.Kind.TOKEN, base_url="https://one.example.com")
    question = CompiledQuery(lambda: Service.objects.filter(kind=Service.Kind.TOKEN))
    assert len(question.all()) == 1
    used, found = [], []

    def ask():
        with CaptureQueriesContext(connection) as queries:
            found.append(len(question.all()))
        used.append(len(queries))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert (found, used) == ([1], [1])
