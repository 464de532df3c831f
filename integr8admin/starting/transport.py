"""Whether what leaves this machine is encrypted on its way: to the database, Redis, the mail server, a proxy."""

import ipaddress
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: Modes of PostgreSQL's client that check whose certificate it is.
VERIFYING = ("verify-ca", "verify-full")


@dataclass(frozen=True)
class Ways:
    """How other services are reached, as the settings read it."""

    #: Django's description of the database.
    database: Mapping[str, Any] = field(default_factory=dict)
    redis_url: str = ""
    mail_url: str = ""
    api_proxy: str = ""
    #: Hosts that may be reached without encryption, because the network to them is closed.
    unencrypted_hosts: Collection[str] = ()


def refuse_unencrypted(ways: Ways) -> None:
    """Raise `ImproperlyConfigured` that names every variable with a way that others on the network could read."""
    problems = list(problems_of(ways))
    if problems:
        raise ImproperlyConfigured(
            " ".join(problems)
            + " A host on a network that nobody else is on may stand in UNENCRYPTED_HOSTS instead."
        )


def problems_of(ways: Ways) -> Iterable[str]:
    """A sentence for each way that is not encrypted; none holds a user name or a password."""
    known = {host.lower() for host in ways.unencrypted_hosts}
    if not _is_safe_database(ways.database, known):
        yield (
            "DATABASE_URL: is not on this machine, so end it with ?sslmode=verify-full "
            "(and &sslrootcert=FILE, or =system)."
        )
    redis = urlsplit(ways.redis_url)
    if redis.scheme == "redis" and not _is_near(redis.hostname, known):
        yield "REDIS_URL: is not on this machine, so it must be rediss://."
    if redis.scheme == "rediss" and not _checks_certificates(redis) and not _is_near(redis.hostname, known):
        yield "REDIS_URL: must not switch off the check of its certificate."
    mail = urlsplit(ways.mail_url)
    if mail.scheme == "smtp" and not _is_near(mail.hostname, known):
        yield "EMAIL_URL: is not on this machine, so it must be smtp+tls:// or smtps://: mails hold links that sign in."
    proxy = urlsplit(ways.api_proxy)
    if proxy.scheme == "http" and proxy.password and not _is_near(proxy.hostname, known):
        yield "API_PROXY: has a password, so it must be https://."


def _is_safe_database(database: Mapping[str, Any], known: Collection[str]) -> bool:
    if database.get("ENGINE", "").endswith("sqlite3") or not database:
        return True
    options = database.get("OPTIONS", {})
    if options.get("sslmode") in VERIFYING:
        return True
    # One name may stand for several hosts; one in the options goes before it.
    hosts = str(options.get("hostaddr") or options.get("host") or database.get("HOST") or "").split(",")
    return all(_is_near(host, known) for host in hosts)


def _checks_certificates(parts: SplitResult) -> bool:
    asked = parse_qs(parts.query)
    return asked.get("ssl_cert_reqs", ["required"]) == ["required"] and asked.get(
        "ssl_check_hostname", ["true"]
    )[-1].lower() in ("true", "1", "yes", "on")


def _is_near(host: str | None, known: Collection[str]) -> bool:
    """Whether a host is this machine (a socket's folder, too), or one that may be reached as it is."""
    name = (host or "").lower()
    if not name or name.startswith(("/", "%2f")) or name in known or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
