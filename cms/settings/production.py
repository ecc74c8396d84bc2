"""Production: fails without its variables."""

from cms import env

from .base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("COOKIES_SECURE", default=True)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE  # how a request came the proxy says by X-Forwarded-Proto
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the proxy itself
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # what HSTS says of other hosts of the domain is not for this site to promise
SECURE_HSTS_SECONDS = int(env.text("HSTS_SECONDS", "0"))
WHITENOISE_USE_FINDERS = False
