"""Settings that every installation shares; no secret and no DEBUG here."""

from typing import Any

import structlog
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from cms import env

BASE_DIR = env.BASE_DIR
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")
TRIAL = False  # whether sample documents and trial accounts may be loaded

INSTALLED_APPS = [
    "cms.home",
    "search",
    "policy_docs",
    "cms.audit",
    "cms.accounts",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.accounts.apps.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelsearch",
    "modelcluster",
    "taggit",
    "django_htmx",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # its catalogue: Wagtail writes «15 minutes ago» by it
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # so that templates/ comes before the widgets of Django and Wagtail
    "csp",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a law of 1,260 articles is 1.7 MB of HTML, and a twentieth of it packed; its length is varied (BREACH)
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "cms.accounts.door.AdminDoor",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

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

DATABASES: dict[str, Any] = {"default": env.database(env.text("DATABASE_URL", ""), var=VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "cms.home.errors.stale_form"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours: the usual test value of GB/T 22239
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "cms" / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = env.folder("MEDIA_ROOT", VAR_DIR / "media")
PRIVATE_ROOT = MEDIA_ROOT / "private"  # uploads as they came: never to be served, whoever serves MEDIA_ROOT
TRASH_RETENTION_DAYS = int(env.text("TRASH_RETENTION_DAYS", "365"))  # before anything may be removed from the trash for good
IMPORT_APART = True  # files from outside are read in a second process
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# Scripts and styles come from files of this site alone; nothing is loaded from elsewhere, and no other site shows these pages in a frame of its own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],  # Wagtail's icons, and pictures before they are sent
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # how deep a heading stands, places of menus
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],  # the preview of the editor
    }
}

# 1,660 blocks of six fields each and their text in a urlencoded form (9 bytes a Chinese character)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

WAGTAIL_SITE_NAME = "联动"
WAGTAILADMIN_LOGIN_URL = "login"  # one door for everybody
WAGTAILADMIN_BASE_URL = env.text("SITE_URL", "http://127.0.0.1:8000")
SENDS_MAIL = bool(env.text("EMAIL_URL", ""))
_post = env.mail(env.text("EMAIL_URL", "") or "smtp://localhost")
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _post.host, _post.port, _post.user, _post.password
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = _post.tls_at_once, _post.starttls, 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "liandong@localhost")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "policy_docs.opinions.finishing.publish_reviewed"
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "policy_docs.admin.searching"}}
WAGTAIL_I18N_ENABLED = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # nobody chooses among four hundred
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]

SEARCH_DIR = VAR_DIR / "index"
SEARCH_ENGINE = ""  # "": as SEARCH_URL says
SEARCH_URL = env.text("SEARCH_URL", "")  # an Elasticsearch 9 server; "": the embedded engine
SEARCH_USER, SEARCH_PASSWORD = env.text("SEARCH_USER", ""), env.text("SEARCH_PASSWORD", "")
SEARCH_API_KEY, SEARCH_CA_FILE = env.text("SEARCH_API_KEY", ""), env.text("SEARCH_CA_FILE", "")

# how old is old, in years, and how many days before its end a document is called to mind
AGING_YEARS = (1, 3, 5)
AGING_ENDING_DAYS = 90

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://localhost/")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "search-sweep": {"task": "search.tasks.sweep", "schedule": 15.0},
    "import-sweep": {"task": "policy_docs.tasks.sweep_imports", "schedule": 20.0},
    "documents-sweep": {"task": "policy_docs.tasks.sweep_documents", "schedule": 20.0},
    "saved-alerts": {"task": "policy_docs.tasks.tell_of_saved", "schedule": 300.0},
    "publish-scheduled": {"task": "policy_docs.tasks.publish_scheduled", "schedule": 60.0},
    "search-day": {"task": "search.tasks.day_begins", "schedule": crontab(minute=10, hour="0,6,12")},
    "search-check": {"task": "search.tasks.ask_for_check", "schedule": crontab(minute=40, hour=2)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if CELERY_BROKER_URL.startswith("filesystem:"):
    _queue = env.folder("QUEUE_DIR", VAR_DIR / "queue")
    (VAR_DIR / "beat").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "polling_interval": 0.1,
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(VAR_DIR / "queue-control"),
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Where rich is installed, as beside the tests, each refused address would take its traceback with the values of all variables, asked of the database.
                structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
