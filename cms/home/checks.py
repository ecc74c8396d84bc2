"""What a deployment forgets (`manage.py check --deploy`), beside Django's own questions."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's word

_HERE = ("127.0.0.1", "localhost", "::1")


@register(Tags.security, deploy=True)
def hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Addresses that the site answers to, and the one that it tells."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS 含有 *，任何域名都能冒充本站。", hint="请只写本站的域名，用逗号分开。", id="liandong.E001"))
    told = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    if told.hostname in _HERE:
        found.append(
            Warning("SITE_URL 没有设置，邮件里的链接打不开。", hint="请设为用户打开本站的网址，例如 https://liandong.example.gov.cn。", id="liandong.W002")
        )
    elif told.hostname not in settings.ALLOWED_HOSTS and not any(host.startswith(".") and told.netloc.endswith(host) for host in settings.ALLOWED_HOSTS):
        found.append(Warning("SITE_URL 的域名不在 ALLOWED_HOSTS 里。", hint="请核对两个设置。", id="liandong.W003"))
    return found


@register(Tags.security, deploy=True)
def search_server(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The way to the search server: what is found there is not all open to the public."""
    if not settings.SEARCH_URL:
        return []
    found: list[CheckMessage] = []
    server = urlsplit(settings.SEARCH_URL)
    if server.scheme != "https" and server.hostname not in _HERE:
        found.append(Error("SEARCH_URL 没有用 TLS，库里不公开的文字会明文经过网络。", hint="请改用 https://，证书由 SEARCH_CA_FILE 指定。", id="liandong.E004"))
    if server.password:
        found.append(Error("SEARCH_URL 里写了密码，会出现在日志里。", hint="请改用 SEARCH_USER 和 SEARCH_PASSWORD，或者 SEARCH_API_KEY。", id="liandong.E005"))
    if server.hostname not in _HERE and not (settings.SEARCH_API_KEY or settings.SEARCH_PASSWORD or server.password):
        found.append(Warning("查找服务器没有设密码或者密钥。", hint="请设 SEARCH_API_KEY，或者 SEARCH_USER 和 SEARCH_PASSWORD。", id="liandong.W006"))
    return found


@register(Tags.security, deploy=True)
def private_files(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Uploads as they came, the database and the queue: nothing of it where it is served, or where other accounts of the machine read it."""
    found: list[CheckMessage] = []
    static, media, private = settings.STATIC_ROOT.resolve(), settings.MEDIA_ROOT.resolve(), settings.PRIVATE_ROOT.resolve()
    if media.is_relative_to(static) or static.is_relative_to(media):
        found.append(Error("STATIC_ROOT 和 MEDIA_ROOT 互相包含，上传的原件会被当作静态文件公开。", hint="请分开两个目录。", id="liandong.E007"))
    if private.exists() and private.stat().st_mode & 0o007:
        found.append(Warning(f"{private} 对本机其他账号可读。", hint=f"请执行 chmod o-rwx {private}。", id="liandong.W008"))
    return found


@register(Tags.database, deploy=True)
def database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The embedded database is for one machine and few writers."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return [Warning("正式运行用的是 SQLite。", hint="请设 DATABASE_URL，改用 PostgreSQL；只在一台机器上试用的，可以不改。", id="liandong.W009")]
    return []
