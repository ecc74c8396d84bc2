"""Tests: quick passwords, no lockout between tests."""

from cms import env

env.own_store()

from .base import *  # noqa: E402, F403 - the store comes first

TRIAL = True
DEBUG = False
SECRET_KEY = "test"  # noqa: S105 - no secret
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
CELERY_TASK_ALWAYS_EAGER = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SEARCH_ENGINE = "null"  # tests of finding name their engine and its folder
IMPORT_APART = False  # a process for each test that imports would take seconds
SENDS_MAIL = True
WHITENOISE_AUTOREFRESH = True  # as where one develops: else each client of a test would list all static files
