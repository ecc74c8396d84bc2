"""A trial on one machine: everything in VAR_DIR, a secret key made once."""

from cms import env

from .base import *  # noqa: F403
from .base import SENDS_MAIL, VAR_DIR

TRIAL = True
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(VAR_DIR)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver", *env.words("ALLOWED_HOSTS")]
if not SENDS_MAIL:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
