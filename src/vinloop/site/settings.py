"""Django's settings, made from the configuration (see docs/operations.md)."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from vinloop.site import login_settings
from vinloop.site.runtime.config import config
from vinloop.site.runtime.django_values import database_settings, mail_settings

_config = config()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = _config.secret_key
SECRET_KEY_FALLBACKS = list(_config.old_secrets)
DEBUG = _config.debug
ALLOWED_HOSTS = list(_config.allowed_hosts) or ["*"]
ROOT_URLCONF = "vinloop.site.urls"
WSGI_APPLICATION = None
AUTH_USER_MODEL = "kernel.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "vinloop.kernel",  # before allauth: our templates are found first
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "vinloop.customers",
    "vinloop.vehicles",
    "vinloop.network",
    "vinloop.messaging",
    "vinloop.leads",
    "vinloop.orders",
    "vinloop.insight",
    "vinloop.portal",
    "vinloop.connectors",
    "vinloop.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vinloop.kernel.web.middleware.ErrorsForPeople",
    "vinloop.kernel.api.middleware.ProblemsForPrograms",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "vinloop.kernel.web.middleware.language_of_reader",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "vinloop.kernel.web.middleware.content_security",
    "vinloop.kernel.web.htmx.redirects_for_htmx",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vinloop.site.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": database_settings(_config.effective_database_url)}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = _config.media_root

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.public_url.startswith("https://")
CSRF_TRUSTED_ORIGINS = [_config.public_url]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = _config.max_body_bytes
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "vinloop.kernel.accounts.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PUBLIC_URL = _config.public_url
IMAP_URL = _config.imap_url
SMTP_HOST = _config.smtp_host
SMTP_PORT = _config.smtp_port
SMTP_TLS = _config.smtp_tls
SMTP_AUTH = _config.smtp_auth
SMTP_LOGIN = _config.smtp_login
globals().update(mail_settings(_config))
globals().update({name: value for name, value in vars(login_settings).items() if name.isupper()})

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _config.log_level},
    # Every minute's chores need no line each; the SMTP library would log the addresses of senders.
    "loggers": {"procrastinate": {"level": "WARNING"}, "mail.log": {"level": "ERROR"}},
}
