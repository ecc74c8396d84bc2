"""manage.py serve: the site and its worker, started and stopped together."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.home.samples import PASSWORD, accounts


class Command(BaseCommand):
    """Migrate, then run site and worker until one ends or Ctrl-C."""

    help = "启动网站和后台"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start, wait, stop what was started."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # written to a file or a service's log, the address must not wait for the buffer to fill
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGHUP: the terminal was closed
            signal.signal(number, signal.default_int_handler)
        running: list[subprocess.Popen[bytes]] = []
        try:
            self._prepare(options["host"], options["port"])
            address = f"{options['host']}:{options['port']}"
            for command in _commands(address):
                running.append(subprocess.Popen(command, start_new_session=True))  # noqa: S603 - our own commands, each noted at once
            _wait_for(options["host"], options["port"], running)
            self._greet(address)
            while all(process.poll() is None for process in running):
                time.sleep(0.3)
            raise CommandError(_("网站或者后台已停止，其余部分一并停止。请查看上面的提示。"))
        except KeyboardInterrupt:
            self.stdout.write(_("正在停止……"))
        finally:
            _stop(running)
        self.stdout.write(_("已停止。"))

    def _prepare(self, host: str, port: int) -> None:
        """Bring database, sample set and index up to date."""
        _check_port(host, port)
        call_command("migrate", verbosity=0, interactive=False)
        if settings.TRIAL:
            call_command("load_samples", if_needed=True, stdout=self.stdout)
        call_command("suggest_topics", if_needed=True, stdout=self.stdout)
        call_command("read_handovers", stdout=self.stdout)
        call_command("rebuild_index", if_needed=True, stdout=self.stdout)

    def _greet(self, address: str) -> None:
        """Print where the site is and, in a trial, who can sign in."""
        self.stdout.write(_("网站地址：http://%s/ （按 Ctrl-C 停止）") % address)
        found = accounts() if settings.TRIAL else []
        if found:
            self.stdout.write(_("试用账号（密码都是 %s）：") % PASSWORD)
        for account in found:
            self.stdout.write(f"  {account.username:<14}  {account.role}  {account.name}（{account.post}）")


def _commands(address: str) -> list[list[str]]:
    """The site and the worker. A control socket of gunicorn would lie in the home folder, where two stores meet; root runs the worker in a trial."""
    site = ["gunicorn", "cms.wsgi:application", "--bind", address, "--workers", "2", "--threads", "2", "--log-level", "warning", "--no-control-socket"]
    worker = ["celery", "-A", "cms.celery", "--quiet", "worker", "-B", "--pool", "threads", "-c", "2", "-l", "WARNING"]
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [[sys.executable, "-m", *site], [sys.executable, *quiet, "-m", *worker, *alone]]


def _check_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            words = _("没有启动：%(host)s:%(port)d 不能使用（端口可能已被占用）。请换一个端口，例如 make run PORT=%(other)d。")
            raise CommandError(words % {"host": host, "port": port, "other": port + 1}) from error


def _wait_for(host: str, port: int, running: list["subprocess.Popen[bytes]"]) -> None:
    """Wait until the site answers, half a minute at most."""
    for _try in range(150):
        if any(process.poll() is not None for process in running):
            return
        try:
            with socket.create_connection((host if host != "0.0.0.0" else "127.0.0.1", port), timeout=1):  # noqa: S104 - compared, not bound
                return
        except OSError:
            time.sleep(0.2)


def _stop(running: list["subprocess.Popen[bytes]"]) -> None:
    """End site and worker with all that they have started: each leads a process group of its own. Pressing Ctrl-C again does not break this off."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
