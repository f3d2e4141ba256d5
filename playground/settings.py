"""Every setting, read once from the environment; a missing or malformed one stops the start."""

from ipaddress import ip_network
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from playground.log import configure_logging

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random string (or DEBUG=1 to develop).")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".local")))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "inference",
    "playground.metrics",
    "playground.accounts",
    "playground.prompts",
    "playground.compare",
    "playground.engines",
    "playground.discussion",
    "playground.sharing",
    "playground.analytics",
    "playground.quotas",
    "playground.alerts",
    "playground.reports",
]

MIDDLEWARE = [
    "playground.metrics.requests.request_middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "playground.accounts.people.limits.LimitMiddleware",
    "playground.accounts.people.sessions.SessionMiddleware",
    "playground.accounts.middleware.TeamMiddleware",
]

ROOT_URLCONF = "playground.urls"
ASGI_APPLICATION = "playground.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

# --- Stores -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///playground")}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_HEALTH_CHECKS": True,  # what the pool holds may be from before a restart of Postgres
    "CONN_MAX_AGE": 0,  # the pool keeps connections; persistent ones leak under ASGI
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=8), "timeout": 5},
        "connect_timeout": 3,
    },
}
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery: delivery only. Postgres decides what runs (see inference/ledger.py). ----------------
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://") if REDIS_URL.startswith("unix:") else REDIS_URL
)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
}
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "inference.tasks.sweep",
        "schedule": 3.0,  # a lease of 15 s and this keep a lost worker unnoticed for under 20 s
        "options": {"queue": "maintenance", "expires": 6},
    },
    "digest": {
        "task": "playground.compare.tasks.digest",
        "schedule": 2.0,  # how long after its end a run is found by what it says
        "options": {"queue": "maintenance", "expires": 4},
    },
    "roll_up": {
        "task": "playground.analytics.tasks.roll_up",
        "schedule": 60.0,
        "options": {"queue": "maintenance", "expires": 60},
    },
    "sample_queues": {
        "task": "playground.analytics.tasks.sample_queues",
        "schedule": 60.0,
        "options": {"queue": "maintenance", "expires": 60},
    },
    "thin_samples": {
        "task": "playground.analytics.tasks.thin_samples",
        "schedule": 3600.0,
        "options": {"queue": "maintenance", "expires": 3600},
    },
    "remove_generations": {
        "task": "playground.analytics.tasks.remove_generations",
        "schedule": 600.0,  # some 20 s of work at most (see retention.py)
        "options": {"queue": "maintenance", "expires": 600},
    },
    "mend_rollups": {
        "task": "playground.analytics.tasks.mend_rollups",
        "schedule": 3600.0,
        "options": {"queue": "maintenance", "expires": 3600},
    },
    "watch_alerts": {
        "task": "playground.alerts.tasks.watch",
        "schedule": 60.0,
        "options": {"queue": "maintenance", "expires": 60},
    },
    "send_reports": {
        "task": "playground.reports.tasks.send_reports",
        "schedule": 3600.0,
        "options": {"queue": "maintenance", "expires": 3600},
    },
    "purge_teams": {
        "task": "playground.accounts.tasks.purge_teams",
        "schedule": 3600.0,
        "options": {"queue": "maintenance", "expires": 3600},
    },
}

# --- Inference ----------------------------------------------------------------------------------
PLAYGROUND_PROFILE = env.str("PLAYGROUND_PROFILE", default="small")
PLAYGROUND_DRAIN_SECONDS = env.float("PLAYGROUND_DRAIN_SECONDS", default=30.0)
GENERATIONS_KEPT_DAYS = env.int("GENERATIONS_KEPT_DAYS", default=0) or None
if GENERATIONS_KEPT_DAYS is not None and GENERATIONS_KEPT_DAYS < 3:
    raise ImproperlyConfigured(
        "GENERATIONS_KEPT_DAYS must be at least 3, since late ones are looked for in the last two "
        "days; 0 keeps them for ever."
    )

# --- Metrics: closed unless one of these opens them -----------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_NETWORKS = env.list("METRICS_NETWORKS", default=[])
try:
    for network in METRICS_NETWORKS:
        ip_network(network)
except ValueError as error:
    raise ImproperlyConfigured(f"METRICS_NETWORKS: {error}.") from error

# --- Alerts: where webhooks may go, and which private networks they may reach there ---------------
ALERT_WEBHOOK_HOSTS = env.list("ALERT_WEBHOOK_HOSTS", default=[])
ALERT_WEBHOOK_NETWORKS = env.list("ALERT_WEBHOOK_NETWORKS", default=[])
try:
    for network in ALERT_WEBHOOK_NETWORKS:
        ip_network(network)
except ValueError as error:
    raise ImproperlyConfigured(f"ALERT_WEBHOOK_NETWORKS: {error}.") from error

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "playground.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "playground.accounts.adapters.shown_name"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/accounts/email/"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.bool("HTTPS", default=False) else "http"
# All that end in a 429 page count by the minute, since that page says to wait for one.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    "confirm_email": "1/60s/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "change_two_factor": "10/m/user",
    "end_sessions": "10/m/user",
    "change_account": "20/m/user",
    "export_data": "3/m/user",
    "delete_account": "5/m/user",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

MFA_ADAPTER = "playground.accounts.adapters.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Inference Playground"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
MFA_FORMS = {
    "add_webauthn": "playground.accounts.people.passkeys.AddForm",
    "edit_webauthn": "playground.accounts.people.passkeys.RenameForm",
    "login_webauthn": "playground.accounts.people.passkeys.SignInForm",
    "authenticate_webauthn": "playground.accounts.people.passkeys.SecondFactorForm",
    "reauthenticate_webauthn": "playground.accounts.people.passkeys.ConfirmForm",
}

# Signing in at a provider of the operator's choice: one, or none. What it says of an address
# counts only where it says that the address is verified.
OIDC_URL = env.str("OIDC_URL", default="").rstrip("/")
if OIDC_URL and not OIDC_URL.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
    raise ImproperlyConfigured("OIDC_URL must be an https:// address.")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.str("OIDC_NAME", default="") or "single sign-on",
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    }
}
SOCIALACCOUNT_ADAPTER = "playground.accounts.adapters.SignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# Mail: EMAIL_URL as smtp+tls://name:password@host:587, or printed to the log where it is not set.
EMAIL = env.email_url_config(env.str("EMAIL_URL", default="") or "consolemail://")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=EMAIL["EMAIL_BACKEND"])
EMAIL_HOST = EMAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = EMAIL.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="playground@localhost")
# Where mail reaches people, nobody comes in under an address that is not theirs.
ACCOUNT_EMAIL_VERIFICATION = env.str(
    "ACCOUNT_EMAIL_VERIFICATION",
    default="mandatory" if EMAIL_BACKEND.endswith("smtp.EmailBackend") else "optional",
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}

# --- Transport security: on unless the site is served over plain http on this machine -------------
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_REDIRECT_EXEMPT = [
    r"^healthz$",
    r"^readyz$",
    r"^metrics$",
]  # asked for over plain http, from within
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

# --- Pages --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND", default="django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING_CONFIG = None
configure_logging(level=env.str("LOG_LEVEL", default="INFO"), as_json=env.bool("LOG_JSON", False))
