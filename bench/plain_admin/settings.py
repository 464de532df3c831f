"""The settings of the plain admin: those of `startproject`, on the file that `PLAIN_ADMIN_DATABASE` names."""

import os

import django_stubs_ext

django_stubs_ext.monkeypatch()

SECRET_KEY = "of a benchmark alone"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "bench.plain_admin",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.plain_admin.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["PLAIN_ADMIN_DATABASE"],
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
# The react-admin build, which lies below it in react/.
WHITENOISE_ROOT = os.environ.get("REACT_ADMIN_BUILD")
USE_TZ = True
# What the web server of ours asks for.
TRUSTED_PROXY_COUNT = 0
CONNECTIONS_AT_ONCE = 1000
REQUEST_HEAD_SECONDS = 10
WEB_THREADS = 16
WEB_WAITING_SECONDS = 20
REQUESTS_PER_PERSON = REQUESTS_PER_GUEST = WEB_THREADS
STREAMS_AT_ONCE = 24
REQUEST_BODY_BYTES = 2_000_000
REQUEST_BODY_SECONDS = 60
SLOW_CLIENT_SECONDS = 10
REQUEST_BODY_BYTES_PER_SECOND = 1_000
ANSWER_BYTES_PER_SECOND = 10_000
STREAM_SECONDS = 1800
LOGGING = {"version": 1, "disable_existing_loggers": False}
