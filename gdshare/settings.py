"""Every setting, from the environment. `docs/configuration.md` explains each variable."""

import shlex
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from gdshare.lib.env import env, env_bool, env_choice, env_hours, env_int, env_list, env_secret
from gdshare.local import addresses

BASE_DIR = Path(__file__).resolve().parent.parent

# ── Core ──────────────────────────────────────────────────────────────────────────────────────────────────────────
DEBUG = env_bool("DEBUG")
SECRET_KEY = env_secret("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing. Set SECRET_KEY or SECRET_KEY_FILE to 50 or more random characters, "
            "or use `make run`, which makes one and keeps it in .local/."
        )
    SECRET_KEY = "only-for-debugging-" + "x" * 50
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_URL = env("SITE_URL", "http://localhost:8000")
DEMO_BANNER = env_bool("DEMO_BANNER")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "gdshare.portal.static_files.StaticFiles",
    "django.contrib.postgres",
    "django_linear_migrations",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "slippers",
    "gdshare.rules",
    "audit",
    "security",
    "catalog",
    "sharing",
    "gdshare.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gdshare.middleware.RequestIdMiddleware",
    "gdshare.middleware.ContentSecurityPolicyMiddleware",
    "gdshare.middleware.ApiProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "security.accounts.middleware.ActingMiddleware",
    "security.accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gdshare.middleware.DomainErrorMiddleware",
    "gdshare.middleware.ReadOnlyPagesMiddleware",
]

ROOT_URLCONF = "gdshare.urls"
WSGI_APPLICATION = "gdshare.wsgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "gdshare.portal.context_processors.frame",
            ],
            "builtins": ["slippers.templatetags.slippers", "gdshare.portal.templatetags.gd"],
        },
    },
]

# ── Database ──────────────────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": addresses.database(env_secret("DATABASE_URL"), BASE_DIR)}
DATABASES["default"].update(
    CONN_MAX_AGE=env_int("CONN_MAX_AGE", 60),
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
    OPTIONS={
        "application_name": "gdshare",
        **DATABASES["default"].get("OPTIONS", {}),
        "options": " ".join(
            (
                f"-c statement_timeout={env_int('STATEMENT_TIMEOUT_MS', 30_000)}",
                f"-c lock_timeout={env_int('LOCK_TIMEOUT_MS', 5_000)}",
                f"-c idle_in_transaction_session_timeout={env_int('IDLE_IN_TRANSACTION_TIMEOUT_MS', 60_000)}",
            )
        ),
    },
    TEST={"NAME": env("TEST_DATABASE_NAME", "gdshare_test")},
)

# ── Redis or Valkey ───────────────────────────────────────────────────────────────────────────────────────────────
REDIS_URL = addresses.redis(env_secret("REDIS_URL"), BASE_DIR)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# ── Celery ────────────────────────────────────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "Asia/Shanghai"

# ── Identity ──────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "security.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "security:accounts:sign_in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "security:accounts:sign_in"
PASSWORD_HASHERS = env_list("PASSWORD_HASHERS") or [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "security.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SIGN_IN_MAX_FAILURES = env_int("SIGN_IN_MAX_FAILURES", 5)
SIGN_IN_LOCK_MINUTES = env_int("SIGN_IN_LOCK_MINUTES", 60)
API_CLIENT_MAX_DAYS = env_int("API_CLIENT_MAX_DAYS", 365)

# ── HTTP security ─────────────────────────────────────────────────────────────────────────────────────────────────
HTTPS_ONLY = env_bool("HTTPS_ONLY", not DEBUG)
SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000) if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
BEHIND_PROXY = env_bool("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env_int("SESSION_MINUTES", 480) * 60
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "gdshare.portal.errors.stale_form"
SECURE_REFERRER_POLICY = "same-origin"

# ── Uploads ───────────────────────────────────────────────────────────────────────────────────────────────────────
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(BASE_DIR / ".local" / "media")))
UPLOAD_MAX_MB = env_int("UPLOAD_MAX_MB", 512)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # one application may choose items by the thousand
FILE_UPLOAD_PERMISSIONS = 0o600
try:
    ATTACHMENT_SCANNER = shlex.split(env("ATTACHMENT_SCANNER"))
except ValueError:
    raise ImproperlyConfigured("ATTACHMENT_SCANNER: quotes do not match; write clamdscan --no-summary -.") from None
ATTACHMENT_SCANNER_SECONDS = env_int("ATTACHMENT_SCANNER_SECONDS", 120)

# ── Drafting entries from databases ───────────────────────────────────────────────────────────────────────────────
DRAFTING_NETWORKS = env_list("DRAFTING_NETWORKS")
for _network in DRAFTING_NETWORKS:
    try:
        ip_network(_network)
    except ValueError:
        raise ImproperlyConfigured(f"DRAFTING_NETWORKS: {_network!r} is no network; write 10.1.0.0/16.") from None

# ── Language and time ─────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["gdshare.portal.formats"]

# ── Static files ──────────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [BASE_DIR / "static"] + [
    (f"vendor/{name}", path)
    for name, path in (
        ("tabler/css", NODE_MODULES / "@tabler" / "core" / "dist" / "css"),
        ("icons", NODE_MODULES / "@tabler" / "icons-webfont" / "dist"),
        ("htmx", NODE_MODULES / "htmx.org" / "dist"),
    )
    if path.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644},  # uploads are private, these are not
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# ── Mail ──────────────────────────────────────────────────────────────────────────────────────────────────────────
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "gdshare@localhost")
EMAIL_BACKEND = "security.notices.mail.AnsweringBackend"

# ── Notices ───────────────────────────────────────────────────────────────────────────────────────────────────────
NOTICE_HOURS = env_hours("NOTICE_HOURS", "08:30-18:00")
NOTICE_WEBHOOK_URL = env("NOTICE_WEBHOOK_URL")
NOTICE_WEBHOOK_SECRET = env_secret("NOTICE_WEBHOOK_SECRET")
if NOTICE_WEBHOOK_URL and not NOTICE_WEBHOOK_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("NOTICE_WEBHOOK_URL: write an address that begins with https://.")
if NOTICE_WEBHOOK_URL and not NOTICE_WEBHOOK_SECRET:
    raise ImproperlyConfigured("NOTICE_WEBHOOK_SECRET: the gateway needs it to tell our messages from others'.")

# ── REST ──────────────────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "gdshare.api.authentication.BearerAuthentication",
        "gdshare.api.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "gdshare.api.errors.problem",
    "DEFAULT_PAGINATION_CLASS": "gdshare.api.paging.CursorPages",
    "PAGE_SIZE": 50,
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is the delivery's own parameter
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "gdshare 一网共享 REST API",
    "DESCRIPTION": "查目录、提申请、取数据。每个请求用 `Authorization: Bearer <密钥>`；错误按 RFC 9457 返回。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": True,
    "ENUM_NAME_OVERRIDES": {"ShareModeEnum": "catalog.resources.models.ShareMode.choices"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gdshare.api.docs.add_problems",
        "gdshare.api.docs.name_operations",
    ],
}

# ── Signatures ────────────────────────────────────────────────────────────────────────────────────────────────────
RECEIPT_KEY = env_secret("RECEIPT_KEY")
SIGNATURE_ALGORITHM = env_choice("SIGNATURE_ALGORITHM", "Ed25519", "SM2-SM3")

# ── Law ───────────────────────────────────────────────────────────────────────────────────────────────────────────
RULE_PROFILE = env("RULE_PROFILE", "GD-50")
CATALOG_CODE_RULE = env("CATALOG_CODE_RULE", "guide")

# ── Logging ───────────────────────────────────────────────────────────────────────────────────────────────────────
LOG_LEVEL = env("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}

SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # anonymous users hold no object rights here: ANONYMOUS_USER_NAME is None
]
