"""The only settings module. Every value that may differ comes from the environment (docs/settings.md)."""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from apps.accounts.openid.configuration import openid_provider
from integr8admin.environment import LOOPBACK_HOSTS, Environment, new_key_ring, new_secret
from integr8admin.private_files import make_private_database
from integr8admin.resource_apps import resource_apps
from integr8admin.starting.transport import Ways, refuse_unencrypted
from integr8admin.unsafe_settings import CheckedSettings, refuse_unsafe

# Lets Django's generic classes be written with their types, as `FormView[KeyForm]`, at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Where this installation keeps what it writes when no database, cache or mail server is named.
DATA_DIRECTORY = Path(env.text("DATA_DIRECTORY", str(BASE_DIR / "var")))

# --- Address, secrets ---
DEBUG = env.boolean("DEBUG", default=False)
# While an image is built there are no secrets yet; nothing that runs then may ever answer anybody.
IS_BUILD = env.boolean("IMAGE_BUILD", default=False)
FOR_THE_BUILD_ALONE = "IMAGE_BUILD: is for `manage.py collectstatic` alone; unset it to start the site"
if IS_BUILD and sys.argv[1:2] != ["collectstatic"]:
    raise ImproperlyConfigured(FOR_THE_BUILD_ALONE)
# An image has no address of its own: left unset it would take itself to be on the reader's machine.
if env.boolean("SITE_URL_REQUIRED", default=False) and not (IS_BUILD or env.text("SITE_URL")):
    raise ImproperlyConfigured(
        "SITE_URL: must be set here: the address people type, https://desk.example.com"
    )
SITE_URL = env.site_url("SITE_URL", default="https://build.invalid" if IS_BUILD else "http://localhost:8000")
_site = urlsplit(SITE_URL)
IS_EMBEDDED = _site.hostname in LOOPBACK_HOSTS
_secrets_directory = DATA_DIRECTORY if IS_EMBEDDED else None
if IS_BUILD:
    _stand_ins = {
        "SECRET_KEY": new_secret(),
        "API_KEY_RING": new_key_ring(),
        "EMAIL_URL": "smtp://build.invalid",
    }
    env = Environment({**os.environ, **_stand_ins})
SECRET_KEY = env.secret("SECRET_KEY", _secrets_directory and _secrets_directory / "secret_key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Passkeys are for a host name: on this machine for localhost, by whatever address it is opened.
ALLOWED_HOSTS = env.own_hosts(
    "ALLOWED_HOSTS", default=f"{_site.hostname},localhost,127.0.0.1" if IS_EMBEDDED else _site.hostname or ""
)
API_KEY_RING = env.key_ring(
    "API_KEY_RING",
    _secrets_directory and _secrets_directory / "api_key_ring",
    command="" if IS_BUILD else env.line("API_KEY_RING_COMMAND"),
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- The remote API ---
API_ALLOWED_HOSTS = env.api_hosts("API_ALLOWED_HOSTS", default="api.app.integr8.co")
DOWNLOAD_ALLOWED_HOSTS = env.api_hosts("DOWNLOAD_ALLOWED_HOSTS")
API_CA_BUNDLE = env.certificates("API_CA_BUNDLE")
API_PROXY = env.url("API_PROXY", "", ("http", "https")) if env.text("API_PROXY") else ""
# Hosts on a closed network, which may be reached without TLS.
UNENCRYPTED_HOSTS = env.hosts("UNENCRYPTED_HOSTS")
# Addresses this server calls from, named to people whose key is bound to addresses.
OUTGOING_ADDRESSES = env.ip_addresses("OUTGOING_ADDRESSES")
PAGE_DEADLINE_SECONDS = env.integer("PAGE_DEADLINE_SECONDS", default=10, minimum=1, maximum=60)
SLOW_PAGE_MILLISECONDS = env.integer("SLOW_PAGE_MILLISECONDS", default=1500, minimum=100, maximum=120_000)
# How long a made export may take to show up in the API's list before its absence means "was not made".
EXPORT_SETTLE_SECONDS = env.integer("EXPORT_SETTLE_SECONDS", default=120, minimum=0, maximum=3600)
EXPORTS_PER_DAY = env.integer("EXPORTS_PER_DAY", default=10, minimum=1, maximum=10_000)

# How long the change log keeps an entry.
CHANGE_LOG_DAYS = env.integer("CHANGE_LOG_DAYS", default=400, minimum=31, maximum=36_500)

# From whom IP addresses, addresses of mail and the like in rows of reports are hidden.
MASK_PERSONAL_DATA = env.one_of("MASK_PERSONAL_DATA", ("nobody", "viewers", "all-but-admins"), "nobody")

# Where the change log is handed on to as it grows; empty: nowhere.
LOG_EXPORT = (
    env.url("LOG_EXPORT", "", ("file", "syslog+udp", "syslog+tcp"), needs_host=False)
    if env.text("LOG_EXPORT")
    else ""
)

# After how many days a stored key is to be renewed; 0 reminds nobody.
KEY_RENEWAL_DAYS = env.integer("KEY_RENEWAL_DAYS", default=180, minimum=0, maximum=3650)

# How long a notification is kept.
NOTIFICATION_DAYS = env.integer("NOTIFICATION_DAYS", default=90, minimum=1, maximum=3650)

# How long runs, mails and invitations are kept after they ended.
RUN_DAYS = env.integer("RUN_DAYS", default=60, minimum=31, maximum=3650)
MAIL_DAYS = env.integer("MAIL_DAYS", default=90, minimum=2, maximum=3650)
INVITATION_DAYS = env.integer("INVITATION_DAYS", default=90, minimum=4, maximum=3650)

# --- Bulk runs ---
BULK_MAXIMUM_ROWS = env.integer("BULK_MAXIMUM_ROWS", default=20_000, minimum=1, maximum=100_000)

# --- Look inside: tables made of finished exports ---
# One directory for web and worker: what the worker prepares, the web reads.
LOOK_INSIDE_DIRECTORY = Path(env.text("LOOK_INSIDE_DIRECTORY", str(DATA_DIRECTORY / "look_inside")))
LOOK_INSIDE_KEEP_HOURS = env.integer("LOOK_INSIDE_KEEP_HOURS", default=24, minimum=1, maximum=24 * 90)
LOOK_INSIDE_MAXIMUM_BYTES = env.integer(
    "LOOK_INSIDE_MAXIMUM_BYTES", default=1024**3, minimum=1024, maximum=1024**4
)
LOOK_INSIDE_DISK_BYTES = env.integer(
    "LOOK_INSIDE_DISK_BYTES", default=10 * 1024**3, minimum=1024**2, maximum=1024**5
)

# --- Apps ---
SANDBOX_ENABLED = env.boolean("SANDBOX_ENABLED", default=IS_EMBEDDED)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "apps.accounts",
    "apps.jobs",
    "apps.audit",
    "apps.connections",
    "apps.mail",
    "apps.ui",
    "apps.notifications",
    "apps.saved_views",
    "apps.shortcuts",
    "apps.resources",
    "apps.network",
    "apps.bulk",
    "apps.list_files",
    "apps.changes",
    "apps.reports",
    "apps.exports",
    "apps.schedules",
    "apps.shares",
    "apps.look_inside",
    "apps.offers",
    "apps.offer_events",
    "apps.landing_pages",
    "apps.publishers",
    "apps.advertisers",
    "apps.users",
    "apps.conversions",
    "apps.people",
    "apps.home",
]
# A folder of `apps` with a resource.py is an app by itself; one that has a line above has its place in the menu there.
INSTALLED_APPS += resource_apps(BASE_DIR / "apps", INSTALLED_APPS)
if SANDBOX_ENABLED:
    INSTALLED_APPS.append("apps.sandbox")

MIDDLEWARE = [
    "integr8admin.middleware.RequestIdMiddleware",
    # Around what redirects to https: that is an answer too.
    "integr8admin.middleware.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "integr8admin.request_limits.RequestLimitsMiddleware",
    "integr8admin.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "integr8admin.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.sessions.life.SessionLifeMiddleware",
    "apps.audit.events.middleware.EventMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "integr8admin.middleware.FragmentMiddleware",
    "apps.accounts.middleware.SignInFirstMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "apps.connections.service_policy.ServicePolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.second_factor.middleware.SecondFactorMiddleware",
    "apps.accounts.step_up.middleware.FreshProofMiddleware",
    "apps.accounts.middleware.PersonMiddleware",
    "apps.ui.waiting.middleware.WriteMiddleware",
    "apps.notifications.middleware.UnreadCountMiddleware",
    "apps.ui.middleware.ApiErrorMiddleware",
]

ROOT_URLCONF = "integr8admin.urls"
WSGI_APPLICATION = "integr8admin.wsgi.application"
TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "integr8admin.template_loader.Templates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # Cached, and no value turns around what stands beside it.
            "loaders": [
                (
                    "integr8admin.template_loader.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.context_processors.permissions",
                "integr8admin.navigation.page_shell",
            ],
            "libraries": {"lucide": "integr8admin.icons"},
            # Most pages show a time, and all have styles.
            "builtins": ["apps.ui.templatetags.moments", "apps.ui.templatetags.assets"],
        },
    }
]

# --- Database: SQLite for one machine, PostgreSQL for more ---
_database_url = env.url(
    "DATABASE_URL",
    "sqlite://:memory:" if IS_BUILD else f"sqlite:///{DATA_DIRECTORY / 'dashboard.sqlite3'}",
    ("postgresql", "postgres", "sqlite"),
    needs_host=False,
)
try:
    DATABASES = {"default": dj_database_url.parse(_database_url, conn_max_age=600, conn_health_checks=True)}
except (ValueError, dj_database_url.ParseError):
    raise ImproperlyConfigured("DATABASE_URL: not a database address") from None
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    try:
        make_private_database(str(DATABASES["default"]["NAME"]))
    except OSError as error:
        raise ImproperlyConfigured(
            f"{'DATABASE_URL' if env.text('DATABASE_URL') else 'DATA_DIRECTORY'}: the directory cannot be made: "
            f"{error.strerror}"
        ) from None
    # A deferred transaction that turns into a write fails at once under load; an immediate one waits.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and sessions ---
_redis_url = env.url("REDIS_URL", "", ("redis", "rediss", "unix")) if env.text("REDIS_URL") else ""
CACHES = {
    "default": {"BACKEND": "integr8admin.signed_cache.redis.SignedRedisCache", "LOCATION": _redis_url}
    if _redis_url
    else {
        "BACKEND": "integr8admin.signed_cache.files.SignedFileCache",
        "LOCATION": str(DATA_DIRECTORY / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db" if _redis_url else "apps.accounts.sessions.store"
)
# After signing in, however much it is used; the browser forgets it when it is closed.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# After it was last used; 0: as long as the other.
SESSION_IDLE_MINUTES = env.integer("SESSION_IDLE_MINUTES", default=60, minimum=0, maximum=720)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.accounts.sign_in.views.csrf_failure"
_is_https = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_NAME = "__Host-session" if _is_https else "session"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _is_https else "csrftoken"
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", default=_is_https)
# A health check comes to the process itself, without https.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _is_https
# A database of places in MaxMind's format: the cities and countries of network addresses.
PLACES_DATABASE = env.line("PLACES_DATABASE")
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", default=0, minimum=0, maximum=5)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- People ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.sign_in.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "apps.accounts.passwords.rules.GuessablePasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "apps.accounts.sign_in.adapter.ClosedSignUpAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords are counted in the database (apps/accounts/sign_in/limits.py).
    "login_failed": None,
    # Asks for a reset mail, by network and by address of mail; apps.mail.password_resets counts the mails besides.
    "reset_password": "10/m/ip,60/d/ip,2/m/key,6/d/key",
    # Counts looks at the page too; tries are counted with those of the sign-in page.
    "reauthenticate": None,
}
# An OpenID provider that people sign in at, beside passwords or instead of them.
OPENID_PROVIDER = openid_provider(
    issuer=env.url("OPENID_ISSUER", "", ("https", "http")) if env.text("OPENID_ISSUER") else "",
    client_id=env.line("OPENID_CLIENT_ID"),
    client_secret=env.line("OPENID_CLIENT_SECRET"),
    name=env.line("OPENID_NAME", "your organisation"),
    role_claim=env.line("OPENID_ROLE_CLAIM", "groups"),
    roles=env.words("OPENID_ROLES"),
    scopes=env.words("OPENID_SCOPES"),
    ca_bundle=env.certificates("OPENID_CA_BUNDLE"),
    needs_auth_time=env.one_of("OPENID_PROOF", ("auth_time", "sign-in"), "auth_time") == "auth_time",
)
PASSWORD_SIGN_IN = env.boolean("PASSWORD_SIGN_IN", default=True)
if not (PASSWORD_SIGN_IN or OPENID_PROVIDER):
    raise ImproperlyConfigured("PASSWORD_SIGN_IN: is off, and no OPENID_ISSUER is set: nobody could sign in")
SOCIALACCOUNT_ADAPTER = "apps.accounts.openid.adapter.OpenIDAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
KNOWN_BROWSER_COOKIE_NAME = "__Host-known" if _is_https else "known"
PASSWORD_HASHES_AT_ONCE = env.integer("PASSWORD_HASHES_AT_ONCE", default=1, minimum=1, maximum=64)
PASSWORD_HASHERS = ["apps.accounts.passwords.hashing.BoundedPasswordHasher"]
ACCOUNT_FORMS = {
    "login": "apps.accounts.sign_in.forms.LoginForm",
    "reauthenticate": "apps.accounts.sign_in.forms.ReauthenticateForm",
    "change_password": "apps.accounts.sign_in.forms.ChangePasswordForm",
    "set_password": "apps.accounts.sign_in.forms.SetPasswordForm",
    "reset_password": "apps.mail.forms.ResetPasswordForm",
    "reset_password_from_key": "apps.accounts.sign_in.forms.ResetPasswordKeyForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme

# --- Second factors, and the proof that is asked for before what matters most ---
SECOND_FACTOR_REQUIRED_FOR = env.one_of(
    "SECOND_FACTOR_REQUIRED_FOR", ("nobody", "admins", "everybody"), default="admins"
)
FRESH_PROOF_MINUTES = env.integer("FRESH_PROOF_MINUTES", default=10, minimum=1, maximum=720)
MFA_ADAPTER = "apps.accounts.second_factor.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey shows its owner by a finger, a face or a PIN, so it is enough alone.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Integr8 desk"
# Clocks of telephones go wrong by half a minute.
MFA_TOTP_TOLERANCE = 1
# No passkey can be guessed, and an office has one address.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_FORMS = {
    "authenticate": "apps.accounts.second_factor.forms.AuthenticateForm",
    "reauthenticate": "apps.accounts.second_factor.forms.ReauthenticateForm",
    "activate_totp": "apps.accounts.second_factor.forms.ActivateTOTPForm",
    "add_webauthn": "apps.accounts.second_factor.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "apps.accounts.second_factor.passkey_forms.RenamePasskeyForm",
    "authenticate_webauthn": "apps.accounts.second_factor.passkey_forms.AuthenticatePasskeyForm",
    "login_webauthn": "apps.accounts.second_factor.passkey_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "apps.accounts.second_factor.passkey_forms.ReauthenticatePasskeyForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# --- Mail ---
_email_url = env.url(
    "EMAIL_URL",
    f"mailbox://{DATA_DIRECTORY / 'mailbox'}" if IS_EMBEDDED else "",
    ("smtp", "smtps", "smtp+tls", "mailbox", "console"),
)
# No address of mail ends in an IPv6 address as it stands in a URL.
_mail_host = "localhost" if ":" in (_site.hostname or "") else _site.hostname
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("DEFAULT_FROM_EMAIL", f"Integr8 desk <no-reply@{_mail_host}>")
EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 10
_mail = urlsplit(_email_url)
MAILBOX_DIRECTORY = Path(_mail.netloc + _mail.path) if _mail.scheme == "mailbox" else None
EMAIL_BACKEND = {
    "mailbox": "apps.mail.mailbox.MailboxBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}.get(_mail.scheme, "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or {"smtps": 465, "smtp+tls": 587}.get(_mail.scheme, 25)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = env.line("EMAIL_PASSWORD", unquote(_mail.password or ""))
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"

# --- Background work: a queue message is a hint, our rows are the truth ---
# retry > timeout × (1 + ceil((queue_limit + bulk) / workers)), or a waiting task is handed out twice.
# How long one step may hold a row: longer than a step's own deadlines, shorter than the queue's timeout.
JOB_LEASE_SECONDS = env.integer("JOB_LEASE_SECONDS", default=45, minimum=2, maximum=55)
WORKER_PROCESSES = env.integer("WORKER_PROCESSES", default=2, minimum=1, maximum=32)
Q_CLUSTER = {
    "name": "integr8admin",
    "orm": "default",
    "workers": WORKER_PROCESSES,
    "queue_limit": WORKER_PROCESSES,
    "bulk": 1,
    "poll": 0.5,
    "guard_cycle": 1,
    "timeout": 60,
    "retry": 300,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "recycle": 200,
    "max_rss": 300_000,
    # What came of a task lies for a minute in the cache, signed as messages are: the queue's table of results holds
    # pickles that nobody signed, and is never read.
    "cached": 60,
    "scheduler": False,
}

# --- Language, time ---
LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ---
STATIC_URL = "static/"
# With STATIC_ROOT named, and always outside the embedded form, collected and compressed files are served.
_serves_collected_files = bool(env.text("STATIC_ROOT")) or not IS_EMBEDDED
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "apps.ui.integrity.IntegrityManifestStorage"
        if _serves_collected_files
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not _serves_collected_files
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- The web server, and limits on what a client may send, and on how slowly (integr8admin/serving) ---
WEB_PROCESSES = env.integer("WEB_PROCESSES", default=2, minimum=1, maximum=64)
WEB_THREADS = env.integer("WEB_THREADS", default=16, minimum=2, maximum=256)
REQUESTS_PER_PERSON = env.integer("REQUESTS_PER_PERSON", default=8, minimum=1, maximum=256)
REQUESTS_PER_GUEST = env.integer("REQUESTS_PER_GUEST", default=4, minimum=1, maximum=256)
WEB_WAITING_SECONDS = env.integer("WEB_WAITING_SECONDS", default=20, minimum=1, maximum=120)
CONNECTIONS_AT_ONCE = env.integer("CONNECTIONS_AT_ONCE", default=1000, minimum=50, maximum=100_000)
REQUEST_HEAD_SECONDS = env.integer("REQUEST_HEAD_SECONDS", default=10, minimum=1, maximum=120)
REQUEST_BODY_BYTES = env.integer("REQUEST_BODY_BYTES", default=2_000_000, minimum=10_000, maximum=100_000_000)
REQUEST_BODY_SECONDS = env.integer("REQUEST_BODY_SECONDS", default=60, minimum=1, maximum=600)
REQUEST_BODY_BYTES_PER_SECOND = env.integer(
    "REQUEST_BODY_BYTES_PER_SECOND", default=1_000, minimum=1, maximum=1_000_000
)
SLOW_CLIENT_SECONDS = env.integer("SLOW_CLIENT_SECONDS", default=10, minimum=1, maximum=120)
ANSWER_BYTES_PER_SECOND = env.integer(
    "ANSWER_BYTES_PER_SECOND", default=10_000, minimum=1, maximum=10_000_000
)
STREAM_SECONDS = env.integer("STREAM_SECONDS", default=1800, minimum=1, maximum=86_400)
STREAMS_AT_ONCE = env.integer("STREAMS_AT_ONCE", default=24, minimum=2, maximum=256)
STREAMS_PER_PERSON = env.integer("STREAMS_PER_PERSON", default=3, minimum=1, maximum=256)
STREAMS_PER_GUEST = env.integer("STREAMS_PER_GUEST", default=2, minimum=1, maximum=256)
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# Only views that say so take a file: elsewhere what comes as one is dropped.
FILE_UPLOAD_HANDLERS = ["apps.ui.files.uploads.WantedFileHandler"]

# --- Log: one line an event, with the request's id; keys and passwords are cut out ---
LOG_LEVEL = env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "integr8admin.middleware.RequestIdFilter"},
        "refusals": {"()": "integr8admin.middleware.RefusalFilter"},
    },
    "formatters": {
        "line": {
            "()": "apps.api.redaction.RedactingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id", "refusals"],
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        # In detail it writes whole addresses, and query strings hold what people filter by.
        "urllib3": {"level": "WARNING"},
    },
}
# A fault planted for a test of crash safety, "name=action" (apps.jobs).
FAILPOINTS = env.text("FAILPOINTS")
TEST_RUNNER = "django.test.runner.DiscoverRunner"

refuse_unencrypted(
    Ways(
        database=DATABASES["default"],
        redis_url=_redis_url,
        mail_url="" if IS_BUILD else _email_url,
        api_proxy=API_PROXY,
        unencrypted_hosts=UNENCRYPTED_HOSTS,
    )
)
# --- Here, because every process reads its settings: web server, worker and commands alike ---
if not IS_EMBEDDED:
    refuse_unsafe(
        CheckedSettings(
            debug=DEBUG,
            failpoints=FAILPOINTS,
            secret_key=SECRET_KEY,
            secret_key_fallbacks=SECRET_KEY_FALLBACKS,
            api_key_ring=API_KEY_RING,
            allowed_hosts=ALLOWED_HOSTS,
            mail_scheme=_mail.scheme,
        )
    )
