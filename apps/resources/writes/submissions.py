"""One opened form creates one record: the form's nonce is claimed in the database before the API is called."""

import time
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.resources.models import Submission

#: How long a second sending waits for the first one: a little more than one call to the API may take.
WAIT_SECONDS = 12.0
LOOK_EVERY_SECONDS = 0.2
KEPT_FOR = timedelta(days=2)


def claim(nonce: uuid.UUID, owner: User) -> bool:
    """Whether this sending of the form is the first; only the first may call the API."""
    Submission.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            Submission.objects.create(nonce=nonce, owner=owner)
    except IntegrityError:
        return False
    return True


def release(nonce: uuid.UUID) -> None:
    """Give the nonce back: the API refused or was never reached, so the same form may be sent again."""
    Submission.objects.filter(pk=nonce).delete()


def mark_done(nonce: uuid.UUID, target: str) -> None:
    """It was created: every sending of the form leads to the target."""
    Submission.objects.filter(pk=nonce).update(state=Submission.State.DONE, target=target)


def mark_unknown(nonce: uuid.UUID) -> None:
    """The call may have been made: the form is not sent again without a look."""
    Submission.objects.filter(pk=nonce).update(state=Submission.State.UNKNOWN)


def wait_for(nonce: uuid.UUID, owner: User) -> Submission | None:
    """The first sending once it has an outcome, or as it is when the wait is over; None when it was given back."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        submission = Submission.objects.filter(pk=nonce, owner=owner).first()
        if submission is None or submission.state != Submission.State.WORKING or time.monotonic() > ends:
            return submission
        time.sleep(LOOK_EVERY_SECONDS)
