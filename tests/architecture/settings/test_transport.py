"""What leaves this machine is encrypted on its way, unless a setting names the host."""

import os
import subprocess
import sys
from pathlib import Path

import dj_database_url
import pytest

from integr8admin.environment import new_key_ring, new_secret
from integr8admin.starting.transport import Ways, problems_of

ROOT = Path(__file__).resolve().parents[3]
CLOSED = ["db", "redis", "mail", "proxy"]


def database(url):
    return Ways(database=dj_database_url.parse(url))


@pytest.mark.parametrize(
    "ways",
    [
        Ways(),
        database("sqlite:////data/dashboard.sqlite3"),
        database("postgresql://desk:pw@127.0.0.1/desk"),
        database("postgresql://desk:pw@127.0.0.1,localhost/desk"),
        database("postgresql://desk@localhost:5433/desk"),
        database("postgresql://%2Frun%2Fpostgresql/desk"),
        database("postgresql:///desk?host=/run/postgresql"),
        database("postgresql://desk:pw@db.example.com/desk?sslmode=verify-full&sslrootcert=system"),
        database("postgresql://desk:pw@db.example.com/desk?sslmode=verify-ca&sslrootcert=/run/ca.pem"),
        Ways(redis_url="redis://localhost:6379/0"),
        Ways(redis_url="unix:///run/redis.sock"),
        Ways(redis_url="rediss://:pw@redis.example.com:6380/0"),
        Ways(redis_url="rediss://:pw@redis.example.com/0?ssl_ca_certs=/run/ca.pem"),
        Ways(mail_url="smtp+tls://mail.example.com"),
        Ways(mail_url="smtps://user:pw@mail.example.com"),
        Ways(mail_url="smtp://[::1]"),
        Ways(mail_url="mailbox:///tmp/mails"),
        Ways(api_proxy="http://proxy.example.com:3128"),
        Ways(api_proxy="https://user:pw@proxy.example.com:3128"),
    ],
    ids=str,
)
def test_this_machine_and_checked_tls_are_fine(ways):
    assert list(problems_of(ways)) == []


PLAIN = [
    ("DATABASE_URL", {"database": dj_database_url.parse("postgresql://desk:pw@db/desk")}),
    ("DATABASE_URL", {"database": dj_database_url.parse("postgresql://desk:pw@db/desk?sslmode=prefer")}),
    ("DATABASE_URL", {"database": dj_database_url.parse("postgresql://desk:pw@db/desk?sslmode=require")}),
    ("DATABASE_URL", {"database": dj_database_url.parse("postgresql://desk:pw@127.0.0.1/d?host=db")}),
    ("DATABASE_URL", {"database": dj_database_url.parse("postgresql://desk:pw@127.0.0.1/d?hostaddr=db")}),
    ("DATABASE_URL", {"database": dj_database_url.parse("postgresql://desk:pw@localhost,db/d")}),
    ("REDIS_URL", {"redis_url": "redis://:pw@redis:6379/0"}),
    ("REDIS_URL", {"redis_url": "rediss://:pw@redis:6379/0?ssl_cert_reqs=none"}),
    ("REDIS_URL", {"redis_url": "rediss://:pw@redis:6379/0?ssl_check_hostname=false"}),
    ("EMAIL_URL", {"mail_url": "smtp://user:pw@mail:25"}),
    ("API_PROXY", {"api_proxy": "http://user:pw@proxy:3128"}),
]


@pytest.mark.parametrize(("name", "way"), PLAIN, ids=str)
def test_each_plain_way_is_named_without_its_secrets_and_fine_where_its_host_is_listed(name, way):
    problems = list(problems_of(Ways(**way)))
    assert [problem.split(":")[0] for problem in problems] == [name]
    assert "pw" not in " ".join(problems)
    assert list(problems_of(Ways(**way, unencrypted_hosts=CLOSED))) == []
    assert list(problems_of(Ways(**way, unencrypted_hosts=["other"]))) == problems


def run(tmp_path, *words, **variables):
    safe = {
        "SITE_URL": "https://desk.example.com",
        "EMAIL_URL": "smtp+tls://mail.example.com",
        "SECRET_KEY": new_secret(),
        "API_KEY_RING": new_key_ring(),
        "DATA_DIRECTORY": str(tmp_path),
    }
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept | safe | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("process", [["-c", "import integr8admin.wsgi"], ["manage.py", "worker"]], ids=str)
def test_no_process_starts_with_a_plain_way(tmp_path, process):
    plain = {
        "DATABASE_URL": "postgresql://desk:pa55word@db.example.com/desk",
        "REDIS_URL": "redis://redis.example.com",
    }
    done = run(tmp_path, *process, **plain)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "DATABASE_URL:" in last
    assert "REDIS_URL:" in last
    assert "pa55word" not in done.stderr + done.stdout


def test_a_site_that_is_set_up_as_the_documents_say_passes_djangos_own_check(tmp_path):
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", TRUSTED_PROXY_COUNT="1")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
