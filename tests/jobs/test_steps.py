"""The functions of each job model: registered, or overridden by the model."""

import pytest

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.jobs.runner import job_models
from apps.jobs.steps import register, steps_of
from apps.mail.models import Message


def test_every_job_has_a_step_and_an_end():
    missing = [
        model._meta.label
        for model in job_models()
        if (model.step is Job.step or model.gave_up is Job.gave_up) and not steps_of(model)
    ]
    assert not missing


def test_a_model_without_registered_functions_is_named():
    with pytest.raises(LookupError, match=r"accounts\.User"):
        steps_of(User)


def test_a_row_is_given_to_the_functions_of_its_model(monkeypatch):
    monkeypatch.setattr("apps.jobs.steps._registered", {})
    seen: list[object] = []
    register(Message, seen.append, lambda row, reason: seen.append((row, reason)))
    message = Message(key="event")
    Job.step(message)
    Job.gave_up(message, "It failed.")
    assert seen == [message, (message, "It failed.")]
