"""Run by `manage.py shell` on a database of its own: guesses at one password from many addresses, in many processes."""

import json
import multiprocessing
import threading
from collections import Counter
from typing import Any

from django.db import connections
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.passwords.hashing import BoundedPasswordHasher

PROCESSES = 4
THREADS = 4
GUESSES = 1000
ADDRESSES = 100
EMAIL = "ada@example.com"
PASSWORD = "correct horse battery staple"
NETWORK_OF_OWNER = "198.51.100.1"
GUESS = "guess "

processes = multiprocessing.get_context("fork")
checked = processes.Value("i", 0)
begin = processes.Barrier(PROCESSES * THREADS + 1)
#: Released after each of so many guesses: the owner comes then.
owners_turn = processes.Semaphore(0)
VISITS = 10
answers: Any = processes.SimpleQueue()
encode = BoundedPasswordHasher.encode


def count_and_encode(hasher: BoundedPasswordHasher, password: str, *args: Any, **kwargs: Any) -> str:
    """The hash; of a guess it is counted."""
    if password.startswith(GUESS):
        with checked.get_lock():
            checked.value += 1
    return encode(hasher, password, *args, **kwargs)


def sign_in(client: Client, password: str) -> Any:
    """What the sign-in page answers."""
    return client.post(reverse("account_login"), {"login": EMAIL, "password": password})


def kind_of(answer: Any) -> str:
    """What a guess was told."""
    page = answer.content.decode()
    if answer.status_code == 200 and "The email address or the password is not right." in page:
        return "wrong"
    if answer.status_code == 200 and "Too many failed sign-ins. Try again in " in page:
        return "locked"
    return str(answer.status_code)


def guess_from(number: int) -> None:
    """Every so many-th of the guesses, each from its own address, by a browser that keeps nothing."""
    told: Counter[str] = Counter()
    begin.wait()
    for guess in range(number, GUESSES, PROCESSES * THREADS):
        client = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=f"192.0.2.{guess % ADDRESSES + 1}")
        told[kind_of(sign_in(client, f"{GUESS}{guess}"))] += 1
        if guess % (GUESSES // VISITS) == 0:
            owners_turn.release()
    connections.close_all()
    answers.put(told)


def guess_in_threads(number: int) -> None:
    """The part of one process."""
    threads = [
        threading.Thread(target=guess_from, args=(number * THREADS + thread,)) for thread in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def owner_comes() -> list[int]:
    """What the owner is answered with the right password: with a new browser in a known network, and the other way."""
    at_home = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=NETWORK_OF_OWNER)
    known_browser.defaults["REMOTE_ADDR"] = "203.0.113.1"
    statuses = [sign_in(client, PASSWORD).status_code for client in (at_home, known_browser)]
    known_browser.post(reverse("account_logout"))
    return statuses


BoundedPasswordHasher.iterations = 1000
BoundedPasswordHasher.encode = count_and_encode  # type: ignore[method-assign, assignment]
owner = User.objects.get(email=EMAIL)
owner.set_password(PASSWORD)
owner.save()
known_browser = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=NETWORK_OF_OWNER)
assert sign_in(known_browser, PASSWORD).status_code == 302
known_browser.post(reverse("account_logout"))
connections.close_all()

guessing = [processes.Process(target=guess_in_threads, args=(number,)) for number in range(PROCESSES)]
for process in guessing:
    process.start()
begin.wait()
while_guessing: list[int] = []
for _ in range(VISITS):
    owners_turn.acquire()
    while_guessing += owner_comes()
told: Counter[str] = Counter()
for _ in range(PROCESSES * THREADS):
    told += answers.get()
for process in guessing:
    process.join()
stranger = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="192.0.2.200")
print(  # noqa: T201
    json.dumps(
        {
            "checked": checked.value,
            "told": told,
            "while_guessing": while_guessing,
            "afterwards": owner_comes(),
            "stranger_with_the_password": kind_of(sign_in(stranger, PASSWORD)),
        }
    )
)
